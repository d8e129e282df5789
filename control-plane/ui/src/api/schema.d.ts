// Made by control-plane/scripts/ui-types.ts from the service’s OpenAPI document. Do not edit.
export interface paths {
    "/api/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was changed, by whom, newest first */
        get: operations["get_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/categories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every category with its operations */
        get: operations["get_categories"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/connectors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List connectors */
        get: operations["get_connectors"];
        put?: never;
        /** Create a connector */
        post: operations["post_connectors"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/connectors/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a connector */
        get: operations["get_connectors_by_id"];
        put?: never;
        post?: never;
        /**
         * Delete a connector
         * @description A default is deleted only with `successor`: the id of the connector that takes its place, or `none`.
         */
        delete: operations["delete_connectors_by_id"];
        options?: never;
        head?: never;
        /**
         * Change a connector
         * @description In `config`, an absent field is kept, null clears it, a value sets it. Changing a destination voids the stored secrets: send them again.
         */
        patch: operations["patch_connectors_by_id"];
        trace?: never;
    };
    "/api/connectors/{id}/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Activate a connector */
        post: operations["post_connectors_by_id_activate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/connectors/{id}/checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A connector’s checks, newest first */
        get: operations["get_connectors_by_id_checks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/connectors/{id}/connect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a link by which somebody connects an account
         * @description Open it in a browser: the provider asks for consent and sends the browser back. It is good once, and void when the connector’s provider, client or destination changes.
         */
        post: operations["post_connectors_by_id_connect"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/connectors/{id}/connection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which account a connector is connected to */
        get: operations["get_connectors_by_id_connection"];
        put?: never;
        post?: never;
        /**
         * Forget a connector’s tokens
         * @description They are deleted here; the provider’s own page on connected applications withdraws them there.
         */
        delete: operations["delete_connectors_by_id_connection"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/connectors/{id}/deactivate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deactivate a connector */
        post: operations["post_connectors_by_id_deactivate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/connectors/{id}/make_default": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a connector the default of its category */
        post: operations["post_connectors_by_id_make_default"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/connectors/{id}/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The tables, collections, prefixes or endpoints that a connector exposes */
        get: operations["get_connectors_by_id_models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/connectors/{id}/recent_operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The last operations that ran on a connector, newest first
         * @description Of a busy connector not each. A few seconds pass until an operation is listed.
         */
        get: operations["get_connectors_by_id_recent_operations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/connectors/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Test a connector
         * @description The outcome is kept in the history. With `config`, the connector is tested as it would be with these changes, and nothing is kept; secrets that are absent are those stored, unless a destination changes.
         */
        post: operations["post_connectors_by_id_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/connectors/{id}/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who depends on a connector */
        get: operations["get_connectors_by_id_usage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/connectors/{id}/webhook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The address to give to a connector’s provider */
        get: operations["get_connectors_by_id_webhook"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/connectors/catalog": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every kind of connector */
        get: operations["get_connectors_catalog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/connectors/catalog/{kind}/import_config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Turn a DSN, URL or config file of the provider into config */
        post: operations["post_connectors_catalog_by_kind_import_config"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/connectors/catalog/{kind}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Test a config without saving it */
        post: operations["post_connectors_catalog_by_kind_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/defaults/matrix": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What each tenant’s categories resolve to
         * @description In the order of the tree: each tenant is followed by those below it.
         */
        get: operations["get_defaults_matrix"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was sent to subscriptions, newest first */
        get: operations["get_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/deliveries/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a delivery */
        get: operations["get_deliveries_by_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/deliveries/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deliver once more
         * @description The same event with the same id, after whatever waits of its subject.
         */
        post: operations["post_deliveries_by_id_replay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened, newest first */
        get: operations["get_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show an event */
        get: operations["get_events_by_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deliver an event once more
         * @description To all subscriptions that match, or to the one named.
         */
        post: operations["post_events_by_id_replay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events/types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What may be subscribed to */
        get: operations["get_events_types"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List keys */
        get: operations["get_keys"];
        put?: never;
        /**
         * Create a key
         * @description The answer holds the key itself, this once.
         */
        post: operations["post_keys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a key */
        delete: operations["delete_keys_by_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in to the admin UI, and how one can sign in */
        get: operations["get_session"];
        put?: never;
        /**
         * Sign in with a key
         * @description Answers with a cookie for the admin UI. Needs the header `Patchbay-Request`; programs send their key with each request instead.
         */
        post: operations["post_session"];
        /** Sign out */
        delete: operations["delete_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/statistics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Health of connectors and operations over time
         * @description Of a tenant and those below it; operations of one connector alone, when it is named. A few seconds pass until an operation is counted.
         */
        get: operations["get_statistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List subscriptions */
        get: operations["get_subscriptions"];
        put?: never;
        /**
         * Subscribe to events
         * @description Each event is posted to the address, signed as Standard Webhooks says with the secret of the answer, which is shown this once. At least once, and in the order of each subject.
         */
        post: operations["post_subscriptions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/subscriptions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a subscription */
        get: operations["get_subscriptions_by_id"];
        put?: never;
        post?: never;
        /**
         * Unsubscribe
         * @description Takes its deliveries and their log along.
         */
        delete: operations["delete_subscriptions_by_id"];
        options?: never;
        head?: never;
        /**
         * Change a subscription
         * @description Deactivating cancels what waits; it can be replayed later.
         */
        patch: operations["patch_subscriptions_by_id"];
        trace?: never;
    };
    "/api/subscriptions/{id}/rotate_secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a subscription a new secret
         * @description The former secret signs beside the new one for a while, so that the receiver can change in between.
         */
        post: operations["post_subscriptions_by_id_rotate_secret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/subscriptions/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test event
         * @description At once, whatever the filters and even when it is not active; nothing is kept.
         */
        post: operations["post_subscriptions_by_id_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List tenants */
        get: operations["get_tenants"];
        put?: never;
        /** Create a tenant */
        post: operations["post_tenants"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a tenant */
        get: operations["get_tenants_by_tenant"];
        put?: never;
        post?: never;
        /**
         * Delete a tenant
         * @description Refused while it has tenants below it or connectors.
         */
        delete: operations["delete_tenants_by_tenant"];
        options?: never;
        head?: never;
        /** Change a tenant */
        patch: operations["patch_tenants_by_tenant"];
        trace?: never;
    };
    "/api/tenants/{tenant}/{category}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which connector a tenant’s category resolves to, and why
         * @description Of a connector that is inherited from a tenant to which the caller has no right, the config is left out.
         */
        get: operations["get_tenants_by_tenant_by_category"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant}/{category}/default": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Set a tenant’s default */
        put: operations["put_tenants_by_tenant_by_category_default"];
        post?: never;
        /** Leave a tenant without a default */
        delete: operations["delete_tenants_by_tenant_by_category_default"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tenants/{tenant}/{category}/fallbacks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is tried when a tenant’s default is failing */
        get: operations["get_tenants_by_tenant_by_category_fallbacks"];
        /**
         * Name what is tried when a tenant’s default is failing
         * @description Only operations that are safe to repeat fall back, and only when the backend cannot be reached, does not answer or is not available. An empty list turns it off.
         */
        put: operations["put_tenants_by_tenant_by_category_fallbacks"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AuditEvent: {
            action: string;
            actor: {
                id: string;
                name: string;
            };
            /** Format: date-time */
            at: string;
            details: {
                [key: string]: unknown;
            };
            /** Format: uuid */
            id: string;
            request_id: string | null;
            resource: {
                id: string;
                name: string;
            };
            tenant_id: string | null;
        };
        CheckResult: {
            error?: components["schemas"]["Problem"];
            latency_ms: number;
            /** @description What the backend greeted with */
            message?: string;
            ok: boolean;
        };
        Connection: {
            /** @description Whom the tokens stand for, where the provider says so */
            account: string | null;
            connected: boolean;
            connected_at: string | null;
            /** @description Of the access token, which is refreshed ahead of it */
            expires_at: string | null;
            /**
             * @description authorization_code needs a person, who opens a connect link
             * @enum {string}
             */
            grant: "authorization_code" | "refresh_token" | "client_credentials" | "jwt_bearer";
            last_error: {
                /** Format: date-time */
                at: string;
                code: string;
                hint?: string;
                message: string;
            } | null;
            /** @description Until when a connect link that was made is good; null once it was answered, or where there is none */
            link_expires_at: string | null;
            /** @description What to enter at the provider as the redirect URI */
            redirect_uri: string | null;
            refreshed_at: string | null;
            scopes: string[];
        };
        Connector: {
            active: boolean;
            category: string;
            check_every_minutes: number | null;
            /** @description Each secret is {"set": true|false}, never its value */
            config: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            created_at: string;
            description: string;
            /**
             * @description Healthy and failing by the last test
             * @enum {string}
             */
            health: "healthy" | "failing" | "untested" | "inactive";
            /** Format: uuid */
            id: string;
            is_default: boolean;
            is_queryable: boolean;
            kind: string;
            last_check: {
                /** Format: date-time */
                checked_at: string;
                error?: components["schemas"]["Problem"];
                latency_ms: number;
                ok: boolean;
            } | null;
            name: string;
            output_schemas: string[];
            schedule_cron: string | null;
            schedule_mode: ("incremental" | "full") | null;
            slug: string;
            /** Format: uuid */
            tenant_id: string;
            tenant_slug: string;
            /** Format: date-time */
            updated_at: string;
            version: number;
        };
        ConnectorUsage: {
            /** @description How many tenants in all */
            count: number;
            /** @description Its place among the fallbacks of its tenant and category, from 1; null when it is none of them */
            fallback: number | null;
            next_cursor?: string;
            /** @description Whose default it is, in the order of the tree; of one that is deactivated, whom that leaves without a default */
            tenants: {
                /** @enum {string} */
                how: "own" | "inherited";
                /** Format: uuid */
                id: string;
                name: string;
                slug: string;
            }[];
        };
        DefaultsMatrix: {
            categories: string[];
            next_cursor?: string;
            tenants: {
                /** @description By category */
                cells: {
                    [key: string]: {
                        connector: {
                            /** Format: uuid */
                            id: string;
                            kind: string;
                            name: string;
                            tenant_slug: string;
                        } | null;
                        /** @description Of the connector’s last test; null when there was none */
                        ok: boolean | null;
                        /** @enum {string} */
                        state: "own" | "inherited" | "missing" | "inactive";
                    };
                };
                /** @description How many tenants stand above it */
                depth: number;
                /** Format: uuid */
                id: string;
                name: string;
                slug: string;
            }[];
        };
        Delivery: {
            attempts: {
                /** Format: date-time */
                at: string;
                error?: string;
                latency_ms: number;
                /** @description The beginning of what the target answered */
                response?: string;
                status_code?: number;
            }[];
            completed_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: uuid */
            event_id: string;
            event_type: string;
            /** Format: uuid */
            id: string;
            /** @description Of the first that waits of its subject; those behind it follow */
            next_attempt_at: string | null;
            replay_of: string | null;
            /** @enum {string} */
            status: "pending" | "delivered" | "failed" | "cancelled";
            subject: string;
            /** Format: uuid */
            subscription_id: string;
            subscription_name: string;
        };
        Event: {
            connector: {
                category: string;
                /** Format: uuid */
                id: string;
                kind: string;
                name: string;
                slug: string;
            } | null;
            data: {
                [key: string]: unknown;
            } | null;
            /** Format: uuid */
            id: string;
            /** @description Events of one subject are delivered in their order */
            subject: string;
            tenant: {
                /** Format: uuid */
                id: string;
                slug: string;
            } | null;
            /**
             * Format: date-time
             * @description When it happened
             */
            timestamp: string;
            type: string;
        };
        Key: {
            /** Format: date-time */
            created_at: string;
            expires_at: string | null;
            /** Format: uuid */
            id: string;
            last_used_at: string | null;
            name: string;
            /** @description The key’s first characters */
            prefix: string;
            /** @enum {string} */
            role: "viewer" | "builder" | "admin" | "platform_admin";
            /** @description Null: every tenant */
            tenant_id: string | null;
        };
        Kind: {
            aliases: string[];
            category: string;
            /** @description JSON Schema; a secret is writeOnly, `destination` marks what decides where secrets are sent */
            config_schema: {
                [key: string]: unknown;
            };
            description: string;
            documentation_url: string;
            has_import: boolean;
            is_queryable: boolean;
            kind: string;
            label: string;
            operations: string[];
            /** @description What to register at the provider, before it gives out a client id; null for a kind to which nobody connects an account */
            redirect_uri: string | null;
        };
        /** @description RFC 9457: what happened, whose fault it is, what to do next */
        Problem: {
            /** @description Stable; programs decide by it */
            code: string;
            detail: string;
            details?: Record<string, unknown>;
            errors?: {
                message?: string;
                path?: string;
            }[];
            /** @enum {unknown} */
            fault: "caller" | "connector" | "backend" | "service";
            hint?: string;
            request_id?: string;
            /** @description In seconds */
            retry_after?: number;
            retryable: boolean;
            status: number;
            title: string;
            type: string;
        };
        RecentOperation: {
            /**
             * Format: date-time
             * @description When it began
             */
            at: string;
            caller: {
                id: string;
                name: string;
            };
            /** @description The error’s code, where it failed */
            code?: string;
            /** @description How the connector was found: own, inherited, fallback or named */
            how: string;
            milliseconds: number;
            ok: boolean;
            operation: string;
            /** @description How many it gave; absent where it gives none */
            records?: number;
            request_id: string;
            /** @description The slug of the tenant that it ran for */
            tenant: string;
        };
        Resolution: {
            category: string;
            chain: {
                /** Format: uuid */
                connector_id?: string;
                connector_name?: string;
                /** @enum {string} */
                reason: "has_default" | "no_default" | "default_inactive" | "does_not_inherit";
                /** Format: uuid */
                tenant_id: string;
                tenant_slug: string;
            }[];
            /** @description Null where there is no default */
            connector: {
                active: boolean;
                category: string;
                check_every_minutes: number | null;
                /** @description Each secret is {"set": true|false}, never its value */
                config: {
                    [key: string]: unknown;
                };
                /** Format: date-time */
                created_at: string;
                description: string;
                /** Format: uuid */
                id: string;
                is_default: boolean;
                is_queryable: boolean;
                kind: string;
                name: string;
                output_schemas: string[];
                schedule_cron: string | null;
                schedule_mode: ("incremental" | "full") | null;
                slug: string;
                /** Format: uuid */
                tenant_id: string;
                tenant_slug: string;
                /** Format: date-time */
                updated_at: string;
                version: number;
            } | null;
            explanation: string;
            how: ("own" | "inherited") | null;
            tenant: {
                /** Format: uuid */
                id: string;
                slug: string;
            };
        };
        Session: {
            /** Format: date-time */
            expires_at: string;
            id: string;
            name: string;
            /** @description What the role permits */
            permissions: ("tenants:read" | "tenants:write" | "connectors:read" | "connectors:use" | "connectors:write" | "events:read" | "subscriptions:read" | "subscriptions:write" | "keys:read" | "keys:write" | "audit:read" | "catalog:read" | "platform:write")[];
            /** @enum {string} */
            role: "viewer" | "builder" | "admin" | "platform_admin";
            /** @description Null: every tenant */
            tenant: {
                /** Format: uuid */
                id: string;
                name: string;
                slug: string;
            } | null;
        };
        Statistics: {
            bucket_seconds: number;
            buckets: {
                /** Format: date-time */
                at: string;
                average_ms: number | null;
                count: number;
                errors: number;
                /** @description Connectors as they were at its end */
                health: {
                    failing: number;
                    /** @description The last test went well */
                    healthy: number;
                    inactive: number;
                    untested: number;
                };
                max_ms: number | null;
            }[];
            /** Format: date-time */
            from: string;
            /** @description Connectors as they are now */
            health: {
                failing: number;
                /** @description The last test went well */
                healthy: number;
                inactive: number;
                untested: number;
            };
            /** @description Operations of connectors, those with the longest average first */
            slowest: {
                average_ms: number;
                /** Format: uuid */
                connector_id: string;
                connector_name: string;
                count: number;
                errors: number;
                kind: string;
                max_ms: number;
                operation: string;
                tenant_slug: string;
            }[];
            /** Format: date-time */
            to: string;
        };
        Subscription: {
            active: boolean;
            categories: string[];
            connectors: string[];
            /** Format: date-time */
            created_at: string;
            disabled_reason: string | null;
            events: string[];
            /** Format: uuid */
            id: string;
            kinds: string[];
            name: string;
            /** @description Until then the former secret signs too */
            secret_expires_at: string | null;
            /**
             * Format: uuid
             * @description Another one after each rotation: by it a receiver knows whether the secret that it keeps is still the one that signs
             */
            secret_id: string;
            /** @description Null: every tenant */
            tenant_id: string | null;
            tenant_slug: string | null;
            /** Format: date-time */
            updated_at: string;
            url: string;
        };
        Tenant: {
            /** Format: date-time */
            created_at: string;
            /** Format: uuid */
            id: string;
            inherits_defaults: boolean;
            name: string;
            parent_id: string | null;
            slug: string;
            /** Format: date-time */
            updated_at: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_audit: {
        parameters: {
            query?: {
                /** @description One action, such as `connector.deleted`, a group of them, or several separated by commas. The groups: tenant, connector, default, fallbacks, subscription, event, key */
                action?: string;
                /** @description The id of whoever made the change */
                actor?: string;
                /** @description `next_cursor` of the page before */
                cursor?: string;
                /** @description How many at most */
                limit?: number;
                /** @description The id of a connector, tenant, key or subscription */
                resource?: string;
                since?: string;
                /** @description This tenant and those below it */
                tenant?: string;
                /** @description Changes before this time */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        events: components["schemas"]["AuditEvent"][];
                        next_cursor?: string;
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_categories: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        categories: {
                            category: string;
                            description: string;
                            label: string;
                            operations: {
                                description: string;
                                /** @description A tenant’s fallback may serve it; "read_only": between connectors whose config says that they are */
                                fallback: boolean | "read_only";
                                input_schema: {
                                    [key: string]: unknown;
                                };
                                operation: string;
                                optional: boolean;
                                output_schema: {
                                    [key: string]: unknown;
                                };
                                repeatable: boolean;
                                resource?: string;
                                /** @enum {string} */
                                result: "json" | "records" | "bytes";
                                takes_bytes: boolean;
                                title: string;
                            }[];
                        }[];
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_connectors: {
        parameters: {
            query?: {
                active?: "true" | "false";
                /** @description Those of the tenants below it too */
                below?: "true" | "false";
                category?: string;
                /** @description `next_cursor` of the page before */
                cursor?: string;
                /** @description Healthy and failing by the last test */
                health?: "healthy" | "failing" | "untested" | "inactive";
                kind?: string;
                /** @description How many at most */
                limit?: number;
                search?: string;
                /** @description A tenant’s id or slug */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        connectors: components["schemas"]["Connector"][];
                        next_cursor?: string;
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_connectors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    active?: boolean;
                    /** @description Must be the kind’s own */
                    category?: string;
                    /** @description Test it every so many minutes, keep the outcome, and tell when it fails or recovers; null: only when asked */
                    check_every_minutes?: number | null;
                    /**
                     * @description The fields of the kind; see the catalog
                     * @default {}
                     */
                    config?: {
                        [key: string]: unknown;
                    };
                    description?: string;
                    /** @description Make it the default of its category; refused when there is one */
                    is_default?: boolean;
                    kind?: string;
                    name: string;
                    /** @description Another word for tenant */
                    organization_id?: string;
                    /** @description Schemas that may be discovered and read; empty: those that the connector’s user owns */
                    output_schemas?: string[];
                    /** @description Made from the name when absent */
                    slug?: string;
                    /** @description Your own tenant, or the only one, when absent */
                    tenant?: string;
                    /** @description Another word for kind */
                    type?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connector"];
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_connectors_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The connector’s id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connector"];
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_connectors_by_id: {
        parameters: {
            query?: {
                successor?: "none" | string;
            };
            header?: never;
            path: {
                /** @description The connector’s id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        deleted: true;
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patch_connectors_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The connector’s id */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Test it every so many minutes, keep the outcome, and tell when it fails or recovers; null: only when asked */
                    check_every_minutes?: number | null;
                    /** @description Absent fields are kept, null clears, a value sets */
                    config?: {
                        [key: string]: unknown;
                    };
                    description?: string;
                    name?: string;
                    /** @description Schemas that may be discovered and read; empty: those that the connector’s user owns */
                    output_schemas?: string[];
                    /** @description When to sync: 0 2 * * * */
                    schedule_cron?: string | null;
                    schedule_mode?: ("incremental" | "full") | null;
                    slug?: string;
                    /** @description Refuse the change unless the connector still has this version */
                    version?: number;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connector"];
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_connectors_by_id_activate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The connector’s id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connector"];
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_connectors_by_id_checks: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before */
                cursor?: string;
                /** @description How many at most */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The connector’s id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        checks: {
                            /** Format: date-time */
                            checked_at: string;
                            error?: components["schemas"]["Problem"];
                            /** Format: uuid */
                            id: string;
                            latency_ms: number;
                            /** @description What the backend greeted with */
                            message?: string;
                            ok: boolean;
                        }[];
                        next_cursor?: string;
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_connectors_by_id_connect: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The connector’s id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uri */
                        connect_url: string;
                        /** Format: date-time */
                        expires_at: string;
                        redirect_uri: string;
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_connectors_by_id_connection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The connector’s id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connection"];
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_connectors_by_id_connection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The connector’s id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        connected: false;
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_connectors_by_id_deactivate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The connector’s id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connector"];
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_connectors_by_id_make_default: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The connector’s id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        connector: components["schemas"]["Connector"] | null;
                        /** @description The default before */
                        replaced: {
                            /** Format: uuid */
                            id: string;
                            name: string;
                        } | null;
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_connectors_by_id_models: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                model?: string;
                search?: string;
            };
            header?: never;
            path: {
                /** @description The connector’s id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        models: {
                            estimated_rows?: number;
                            /** @description Given when one model is asked for */
                            fields?: {
                                name: string;
                                nullable?: boolean;
                                primary_key?: boolean;
                                /** @description The backend’s own name of the type */
                                type: string;
                            }[];
                            label?: string;
                            /** @description What `read` takes as `model` */
                            name: string;
                            schema?: string;
                            /** @description table, view, collection, endpoint, prefix, … */
                            type: string;
                        }[];
                        next_cursor?: string;
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_connectors_by_id_recent_operations: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The connector’s id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        operations: components["schemas"]["RecentOperation"][];
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_connectors_by_id_test: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The connector’s id */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    config?: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckResult"];
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_connectors_by_id_usage: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before */
                cursor?: string;
                /** @description How many at most */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The connector’s id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectorUsage"];
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_connectors_by_id_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The connector’s id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Requests are taken now */
                        enabled: boolean;
                        hint?: string;
                        /** @description The kind can take requests at all */
                        takes_webhooks: boolean;
                        url: string;
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_connectors_catalog: {
        parameters: {
            query?: {
                category?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        kinds: components["schemas"]["Kind"][];
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_connectors_catalog_by_kind_import_config: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                kind: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    source: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        config: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_connectors_catalog_by_kind_test: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                kind: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    config?: {
                        [key: string]: unknown;
                    };
                    output_schemas?: string[];
                    tenant?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckResult"];
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_defaults_matrix: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before */
                cursor?: string;
                /** @description How many at most */
                limit?: number;
                search?: string;
                /** @description A tenant’s id or slug */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefaultsMatrix"];
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_deliveries: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before */
                cursor?: string;
                event?: string;
                /** @description How many at most */
                limit?: number;
                status?: "pending" | "delivered" | "failed" | "cancelled";
                subscription?: string;
                /** @description To subscriptions of this tenant and those below it */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deliveries: components["schemas"]["Delivery"][];
                        next_cursor?: string;
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_deliveries_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_deliveries_by_id_replay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_events: {
        parameters: {
            query?: {
                connector?: string;
                /** @description `next_cursor` of the page before */
                cursor?: string;
                /** @description How many at most */
                limit?: number;
                since?: string;
                /** @description This tenant and those below it */
                tenant?: string;
                /** @description One type, or several separated by commas */
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        events: {
                            connector: {
                                category: string;
                                /** Format: uuid */
                                id: string;
                                kind: string;
                                name: string;
                                slug: string;
                            } | null;
                            data: {
                                [key: string]: unknown;
                            } | null;
                            /**
                             * @description The data is too large for a list: GET /api/events/{id}
                             * @constant
                             */
                            data_omitted?: true;
                            /** Format: uuid */
                            id: string;
                            /** @description Events of one subject are delivered in their order */
                            subject: string;
                            tenant: {
                                /** Format: uuid */
                                id: string;
                                slug: string;
                            } | null;
                            /**
                             * Format: date-time
                             * @description When it happened
                             */
                            timestamp: string;
                            type: string;
                        }[];
                        next_cursor?: string;
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_events_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Event"];
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_events_by_id_replay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uuid */
                    subscription?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deliveries: components["schemas"]["Delivery"][];
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_events_types: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        types: {
                            description: string;
                            type: string;
                        }[];
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_keys: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before */
                cursor?: string;
                /** @description How many at most */
                limit?: number;
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        keys: components["schemas"]["Key"][];
                        next_cursor?: string;
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: date-time */
                    expires_at?: string;
                    name: string;
                    /** @enum {string} */
                    role: "viewer" | "builder" | "admin" | "platform_admin";
                    /** @description The tenant that the key is for, with all below it; your own when absent */
                    tenant?: string | null;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        created_at: string;
                        expires_at: string | null;
                        /** Format: uuid */
                        id: string;
                        key: string;
                        last_used_at: string | null;
                        name: string;
                        /** @description The key’s first characters */
                        prefix: string;
                        /** @enum {string} */
                        role: "viewer" | "builder" | "admin" | "platform_admin";
                        /** @description Null: every tenant */
                        tenant_id: string | null;
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_keys_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        revoked: true;
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        session: components["schemas"]["Session"] | null;
                        sign_in: ("key" | "provider")[];
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    key: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        signed_out: true;
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_statistics: {
        parameters: {
            query?: {
                connector?: string;
                /** @description A tenant’s id or slug */
                tenant?: string;
                window?: "1h" | "24h" | "7d";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Statistics"];
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_subscriptions: {
        parameters: {
            query?: {
                active?: "true" | "false";
                /** @description `next_cursor` of the page before */
                cursor?: string;
                /** @description How many at most */
                limit?: number;
                /** @description A tenant’s id or slug */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next_cursor?: string;
                        subscriptions: components["schemas"]["Subscription"][];
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_subscriptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    active?: boolean;
                    /** @description Only events about connectors of these categories */
                    categories?: string[];
                    /** @description Only events about these connectors */
                    connectors?: string[];
                    /** @description Types of events; all when empty */
                    events?: ("webhook.received" | "message.received" | "message.status" | "check.failed" | "check.recovered" | "default.changed" | "connector.created" | "connector.updated" | "connector.deleted" | "tenant.created")[];
                    /** @description Only events about connectors of these kinds */
                    kinds?: string[];
                    /** @description The address’s host when absent */
                    name?: string;
                    /** @description Events of this tenant and those below it; your own when absent. Null, or for keys of every tenant absent: every tenant */
                    tenant?: string | null;
                    /**
                     * Format: uri
                     * @description Where events are posted to
                     */
                    url: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        active: boolean;
                        categories: string[];
                        connectors: string[];
                        /** Format: date-time */
                        created_at: string;
                        disabled_reason: string | null;
                        events: string[];
                        /** Format: uuid */
                        id: string;
                        kinds: string[];
                        name: string;
                        /** @description Shown this once */
                        secret: string;
                        /** @description Until then the former secret signs too */
                        secret_expires_at: string | null;
                        /**
                         * Format: uuid
                         * @description Another one after each rotation: by it a receiver knows whether the secret that it keeps is still the one that signs
                         */
                        secret_id: string;
                        /** @description Null: every tenant */
                        tenant_id: string | null;
                        tenant_slug: string | null;
                        /** Format: date-time */
                        updated_at: string;
                        url: string;
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_subscriptions_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The subscription’s id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_subscriptions_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The subscription’s id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        deleted: true;
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patch_subscriptions_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The subscription’s id */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    active?: boolean;
                    /** @description Only events about connectors of these categories */
                    categories?: string[];
                    /** @description Only events about these connectors */
                    connectors?: string[];
                    /** @description Types of events; all when empty */
                    events?: ("webhook.received" | "message.received" | "message.status" | "check.failed" | "check.recovered" | "default.changed" | "connector.created" | "connector.updated" | "connector.deleted" | "tenant.created")[];
                    /** @description Only events about connectors of these kinds */
                    kinds?: string[];
                    /** @description The address’s host when absent */
                    name?: string;
                    /**
                     * Format: uri
                     * @description Where events are posted to
                     */
                    url?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_subscriptions_by_id_rotate_secret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The subscription’s id */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default 24 */
                    overlap_hours?: number;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        active: boolean;
                        categories: string[];
                        connectors: string[];
                        /** Format: date-time */
                        created_at: string;
                        disabled_reason: string | null;
                        events: string[];
                        /** Format: uuid */
                        id: string;
                        kinds: string[];
                        name: string;
                        /** @description Shown this once */
                        secret: string;
                        /** @description Until then the former secret signs too */
                        secret_expires_at: string | null;
                        /**
                         * Format: uuid
                         * @description Another one after each rotation: by it a receiver knows whether the secret that it keeps is still the one that signs
                         */
                        secret_id: string;
                        /** @description Null: every tenant */
                        tenant_id: string | null;
                        tenant_slug: string | null;
                        /** Format: date-time */
                        updated_at: string;
                        url: string;
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_subscriptions_by_id_test: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The subscription’s id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        error?: string;
                        /** Format: uuid */
                        event_id: string;
                        latency_ms: number;
                        ok: boolean;
                        response?: string;
                        status_code?: number;
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_tenants: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before */
                cursor?: string;
                /** @description How many at most */
                limit?: number;
                /** @description A tenant’s id or slug */
                parent?: string;
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next_cursor?: string;
                        tenants: components["schemas"]["Tenant"][];
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_tenants: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Use the parent’s default where it has none; true when absent */
                    inherits_defaults?: boolean;
                    name: string;
                    /** @description The tenant above it; none makes a root */
                    parent?: string | null;
                    slug: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_tenants_by_tenant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A tenant’s id or slug */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_tenants_by_tenant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A tenant’s id or slug */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        deleted: true;
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patch_tenants_by_tenant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A tenant’s id or slug */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Use the parent’s default where it has none; true when absent */
                    inherits_defaults?: boolean;
                    name?: string;
                    /** @description The tenant above it; none makes a root */
                    parent?: string | null;
                    slug?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_tenants_by_tenant_by_category: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                category: string;
                /** @description A tenant’s id or slug */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Resolution"];
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_tenants_by_tenant_by_category_default: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                category: string;
                /** @description A tenant’s id or slug */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: uuid
                     * @description The connector’s id
                     */
                    connector: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        connector: components["schemas"]["Connector"] | null;
                        /** @description The default before */
                        replaced: {
                            /** Format: uuid */
                            id: string;
                            name: string;
                        } | null;
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_tenants_by_tenant_by_category_default: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                category: string;
                /** @description A tenant’s id or slug */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        connector: components["schemas"]["Connector"] | null;
                        /** @description The default before */
                        replaced: {
                            /** Format: uuid */
                            id: string;
                            name: string;
                        } | null;
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_tenants_by_tenant_by_category_fallbacks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                category: string;
                /** @description A tenant’s id or slug */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description In the order in which they are tried */
                        connectors: components["schemas"]["Connector"][];
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_tenants_by_tenant_by_category_fallbacks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                category: string;
                /** @description A tenant’s id or slug */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Ids of connectors of this tenant and category, in order */
                    connectors: string[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description In the order in which they are tried */
                        connectors: components["schemas"]["Connector"][];
                    };
                };
            };
            /** @description It did not work */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
