-- What happens here wakes whoever delivers events, in every process, at commit. What comes in by webhooks
-- does not: notifying costs each commit a lock that all share, and the process that took it is awake.
CREATE FUNCTION patchbay_notify_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('patchbay_changes', json_build_object('table', 'events', 'tenant_id', NEW.tenant_id, 'id', NEW.id)::text);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER events_notify AFTER INSERT ON events FOR EACH ROW WHEN (NEW.external_id IS NULL) EXECUTE FUNCTION patchbay_notify_event();
