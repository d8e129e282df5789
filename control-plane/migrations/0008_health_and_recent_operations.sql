CREATE TABLE "health_changes" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"connector_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"from_health" text,
	"to_health" text,
	CONSTRAINT "health_changes_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "recent_operations" (
	"tenant_id" uuid NOT NULL,
	"connector_id" uuid NOT NULL,
	"operations" jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "recent_operations_tenant_id_connector_id_pk" PRIMARY KEY("tenant_id","connector_id")
);
--> statement-breakpoint
ALTER TABLE "connectors" ADD COLUMN "health" text GENERATED ALWAYS AS (case when not active then 'inactive' when last_check is null then 'untested' when (last_check->>'ok')::boolean then 'healthy' else 'failing' end) STORED NOT NULL;--> statement-breakpoint
CREATE INDEX "health_changes_at" ON "health_changes" USING btree ("at");--> statement-breakpoint
-- Rows of connectors that were deleted before.
DELETE FROM "fallbacks" f WHERE NOT EXISTS (SELECT 1 FROM "connectors" c WHERE c."tenant_id" = f."tenant_id" AND c."id" = f."connector_id");--> statement-breakpoint
ALTER TABLE "fallbacks" ADD CONSTRAINT "fallbacks_connector" FOREIGN KEY ("tenant_id","connector_id") REFERENCES "public"."connectors"("tenant_id","id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
-- As before, and `health`, which follows from `last_check`, decides nothing either.
CREATE OR REPLACE FUNCTION patchbay_notify() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed jsonb := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
  silent text[] := '{last_check,health,last_used_at}';
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - silent = to_jsonb(NEW) - silent THEN
    RETURN NULL;
  END IF;
  PERFORM pg_notify('patchbay_changes', json_build_object(
    'table', TG_TABLE_NAME,
    'tenant_id', CASE WHEN TG_TABLE_NAME = 'tenants' THEN changed->>'id' ELSE changed->>'tenant_id' END,
    'id', changed->>'id',
    'version', CASE WHEN TG_OP <> 'DELETE' THEN (changed->>'version')::int END
  )::text);
  RETURN NULL;
END $$;
