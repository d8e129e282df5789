CREATE TABLE "browser_sessions" (
	"hash" text PRIMARY KEY NOT NULL,
	"key_id" uuid,
	"subject" text,
	"name" text,
	"role" text,
	"tenant_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "operation_statistics" (
	"tenant_id" uuid NOT NULL,
	"connector_id" uuid NOT NULL,
	"operation" text NOT NULL,
	"minute" timestamp with time zone NOT NULL,
	"count" integer NOT NULL,
	"errors" integer NOT NULL,
	"sum_ms" bigint NOT NULL,
	"max_ms" integer NOT NULL,
	CONSTRAINT "operation_statistics_tenant_id_connector_id_operation_minute_pk" PRIMARY KEY("tenant_id","connector_id","operation","minute")
);
--> statement-breakpoint
ALTER TABLE "browser_sessions" ADD CONSTRAINT "browser_sessions_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "browser_sessions" ADD CONSTRAINT "browser_sessions_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "browser_sessions_expires_at" ON "browser_sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "operation_statistics_minute" ON "operation_statistics" USING btree ("minute");