CREATE TABLE "oauth_attempts" (
	"tenant_id" uuid NOT NULL,
	"connector_id" uuid NOT NULL,
	"link" text NOT NULL,
	"state" text,
	"verifier" text,
	"fingerprint" text NOT NULL,
	"actor" jsonb NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "oauth_attempts_tenant_id_connector_id_link_pk" PRIMARY KEY("tenant_id","connector_id","link")
);
--> statement-breakpoint
CREATE TABLE "oauth_tokens" (
	"tenant_id" uuid NOT NULL,
	"connector_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"fingerprint" text NOT NULL,
	"ciphertext" text,
	"scopes" text[] DEFAULT '{}' NOT NULL,
	"account" text,
	"expires_at" timestamp with time zone,
	"connected_at" timestamp with time zone,
	"refreshed_at" timestamp with time zone,
	"failure" jsonb,
	"worker" uuid,
	"worker_until" timestamp with time zone,
	CONSTRAINT "oauth_tokens_tenant_id_connector_id_pk" PRIMARY KEY("tenant_id","connector_id")
);
--> statement-breakpoint
ALTER TABLE "oauth_attempts" ADD CONSTRAINT "oauth_attempts_connector" FOREIGN KEY ("tenant_id","connector_id") REFERENCES "public"."connectors"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "oauth_tokens" ADD CONSTRAINT "oauth_tokens_connector" FOREIGN KEY ("tenant_id","connector_id") REFERENCES "public"."connectors"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "oauth_attempts_link" ON "oauth_attempts" USING btree ("link");--> statement-breakpoint
CREATE INDEX "oauth_attempts_state" ON "oauth_attempts" USING btree ("state");--> statement-breakpoint
CREATE INDEX "oauth_attempts_expires_at" ON "oauth_attempts" USING btree ("expires_at");