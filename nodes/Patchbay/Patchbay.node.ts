import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { execute } from './execute';
import { methods } from './methods';
import { check } from './resources/check';
import { connector } from './resources/connector';
import { defaults } from './resources/default';
import { delivery } from './resources/delivery';
import { event } from './resources/event';
import { subscription } from './resources/subscription';
import { tenant } from './resources/tenant';

export class Patchbay implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Patchbay',
    name: 'patchbay',
    icon: { light: 'file:patchbay.svg', dark: 'file:patchbay.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
    description: 'Manage tenants, their connectors and defaults, and what is told of them: onboarding a tenant as a workflow',
    defaults: { name: 'Patchbay' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    usableAsTool: true,
    credentials: [
      { name: 'patchbayApi', required: true },
      // <generated>
      { name: 'patchbayApiRestApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['api_rest'] } } },
      { name: 'patchbayBigqueryApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['bigquery'] } } },
      { name: 'patchbayElasticsearchApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['elasticsearch'] } } },
      { name: 'patchbayMariadbApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['mariadb'] } } },
      { name: 'patchbayMongodbApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['mongodb'] } } },
      { name: 'patchbayMysqlApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['mysql'] } } },
      { name: 'patchbayOracleApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['oracle'] } } },
      { name: 'patchbayPostgresqlApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['postgresql'] } } },
      { name: 'patchbaySnowflakeApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['snowflake'] } } },
      { name: 'patchbayMssqlApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['mssql'] } } },
      { name: 'patchbayGmailOAuth2Api', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['gmail_oauth2'] } } },
      { name: 'patchbayMailgunApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['mailgun'] } } },
      { name: 'patchbaySendgridApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['sendgrid'] } } },
      { name: 'patchbaySmtpApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['smtp'] } } },
      { name: 'patchbayCsvApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['csv'] } } },
      { name: 'patchbayAnthropicLlmApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['anthropic_llm'] } } },
      { name: 'patchbayOllamaLlmApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['ollama_llm'] } } },
      { name: 'patchbayOpenaiLlmApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['openai_llm'] } } },
      { name: 'patchbayTwilioMessagingApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['twilio_messaging'] } } },
      { name: 'patchbayN8nWebhookApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['n8n_webhook'] } } },
      { name: 'patchbayOssStorageApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['oss_storage'] } } },
      { name: 'patchbayGcsStorageApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['gcs_storage'] } } },
      { name: 'patchbayGoogleDriveApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['google_drive'] } } },
      { name: 'patchbayS3StorageApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['s3_storage'] } } },
      { name: 'patchbayChromaApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['chroma'] } } },
      { name: 'patchbayFaissApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['faiss'] } } },
      // </generated>
    ],
    properties: [
      {
        displayName: 'Resource',
        name: 'resource',
        type: 'options',
        noDataExpression: true,
        default: 'connector',
        options: [
          { name: 'Check', value: 'check' },
          { name: 'Connector', value: 'connector' },
          { name: 'Default', value: 'default' },
          { name: 'Delivery', value: 'delivery' },
          { name: 'Event', value: 'event' },
          { name: 'Subscription', value: 'subscription' },
          { name: 'Tenant', value: 'tenant' },
        ],
      },
      ...check,
      ...connector,
      ...defaults,
      ...delivery,
      ...event,
      ...subscription,
      ...tenant,
    ],
  };

  methods = methods;

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await execute(this);
  }
}
