# Patchbay, and n8n with its nodes: docker build --target patchbay . / --target n8n .
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY control-plane/package.json control-plane/
COPY control-plane/scripts control-plane/scripts
RUN npm ci
COPY . .
RUN npm run build && node control-plane/scripts/build-ui.mjs

FROM node:24-bookworm-slim AS patchbay
WORKDIR /app
ENV NODE_ENV=production PATCHBAY_HOST=0.0.0.0 PATCHBAY_DATA_DIRECTORY=/data
COPY package.json package-lock.json .npmrc ./
COPY control-plane/package.json control-plane/
COPY control-plane/scripts control-plane/scripts
RUN npm ci --omit=dev --workspace control-plane && npm cache clean --force
# `patchbay nodes generate` makes node packs out of these.
COPY nodes nodes
COPY credentials credentials
COPY control-plane control-plane
COPY --from=build /app/control-plane/ui control-plane/ui
RUN mkdir /data && chown node /data
USER node
VOLUME /data
EXPOSE 7400
HEALTHCHECK --interval=10s CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PATCHBAY_PORT ?? 7400) + '/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "control-plane/src/cli/main.ts", "serve"]

FROM n8nio/n8n:2.41.1 AS n8n
COPY --from=build --chown=node /app/package.json /opt/n8n-nodes-patchbay/
COPY --from=build --chown=node /app/dist /opt/n8n-nodes-patchbay/dist
# n8n finds a pack among its community nodes, under the name that workflows keep.
ENTRYPOINT ["sh", "-c", "mkdir -p ~/.n8n/nodes/node_modules && ln -sfn /opt/n8n-nodes-patchbay ~/.n8n/nodes/node_modules/n8n-nodes-patchbay && exec tini -- /docker-entrypoint.sh \"$@\"", "--"]
