CREATE TABLE "media" (
	"tenant_id" uuid NOT NULL,
	"hash" text NOT NULL,
	"connector_id" uuid,
	"filename" text NOT NULL,
	"content_type" text NOT NULL,
	"size" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "media_tenant_id_hash_pk" PRIMARY KEY("tenant_id","hash")
);
--> statement-breakpoint
CREATE TABLE "media_chunks" (
	"tenant_id" uuid NOT NULL,
	"hash" text NOT NULL,
	"number" integer NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "media_chunks_tenant_id_hash_number_pk" PRIMARY KEY("tenant_id","hash","number")
);
--> statement-breakpoint
ALTER TABLE "media" ADD CONSTRAINT "media_connector" FOREIGN KEY ("tenant_id","connector_id") REFERENCES "public"."connectors"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "media_chunks" ADD CONSTRAINT "media_chunks_media" FOREIGN KEY ("tenant_id","hash") REFERENCES "public"."media"("tenant_id","hash") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "media_hash" ON "media" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "media_expires_at" ON "media" USING btree ("expires_at");