-- Whoever changes one of these rows, by whatever way, tells every process at commit, so that no
-- process answers from a cache that is older than the change. `last_check` is left out: it decides nothing.
CREATE FUNCTION patchbay_notify() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed jsonb := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - '{last_check,last_used_at}'::text[] = to_jsonb(NEW) - '{last_check,last_used_at}'::text[] THEN
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
--> statement-breakpoint
CREATE TRIGGER connectors_notify AFTER INSERT OR UPDATE OR DELETE ON connectors FOR EACH ROW EXECUTE FUNCTION patchbay_notify();
--> statement-breakpoint
CREATE TRIGGER tenants_notify AFTER INSERT OR UPDATE OR DELETE ON tenants FOR EACH ROW EXECUTE FUNCTION patchbay_notify();
--> statement-breakpoint
CREATE TRIGGER api_keys_notify AFTER INSERT OR UPDATE OR DELETE ON api_keys FOR EACH ROW EXECUTE FUNCTION patchbay_notify();
