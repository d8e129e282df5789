CREATE TABLE "check_claims" (
	"tenant_id" uuid NOT NULL,
	"connector_id" uuid NOT NULL,
	"until" timestamp with time zone NOT NULL,
	CONSTRAINT "check_claims_tenant_id_connector_id_pk" PRIMARY KEY("tenant_id","connector_id")
);
--> statement-breakpoint
CREATE TABLE "fallbacks" (
	"tenant_id" uuid NOT NULL,
	"category" text NOT NULL,
	"position" integer NOT NULL,
	"connector_id" uuid NOT NULL,
	CONSTRAINT "fallbacks_tenant_id_category_position_pk" PRIMARY KEY("tenant_id","category","position")
);
--> statement-breakpoint
CREATE TABLE "upload_chunks" (
	"tenant_id" uuid NOT NULL,
	"upload_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "upload_chunks_tenant_id_upload_id_number_pk" PRIMARY KEY("tenant_id","upload_id","number")
);
--> statement-breakpoint
CREATE TABLE "uploads" (
	"tenant_id" uuid NOT NULL,
	"connector_id" uuid NOT NULL,
	"name" text NOT NULL,
	"id" uuid NOT NULL,
	"size" bigint NOT NULL,
	"details" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "uploads_tenant_id_connector_id_name_pk" PRIMARY KEY("tenant_id","connector_id","name"),
	CONSTRAINT "uploads_id" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "connectors" ADD COLUMN "check_every_minutes" integer;--> statement-breakpoint
ALTER TABLE "upload_chunks" ADD CONSTRAINT "upload_chunks_upload" FOREIGN KEY ("tenant_id","upload_id") REFERENCES "public"."uploads"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_connector" FOREIGN KEY ("tenant_id","connector_id") REFERENCES "public"."connectors"("tenant_id","id") ON DELETE cascade ON UPDATE no action;