/** Twilio's own error codes in words. Source: https://www.twilio.com/docs/api/errors */
import { httpError } from '../../engines/http/index.ts';
import type { HttpFailure } from '../../engines/http/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { ErrorCode } from '../../platform/errors.ts';

type Meaning = readonly [code: ErrorCode, says: string, hint: string];

const checkSender = 'Choose a sender of this Twilio account, in the connector or in the message.';
const checkRecipient = 'Correct the recipient’s number.';

const meanings: Record<number, Meaning> = {
  20003: ['backend_authentication_failed', 'Twilio refused the account SID with this token or API key', 'Copy both again from the Twilio console; the key may have been revoked, or belong to another account.'],
  20005: ['backend_permission_denied', 'The Twilio account is not active', 'Reactivate it in the Twilio console.'],
  20404: ['object_not_found', 'Twilio knows nothing of that id in this account', 'Check the id, and that it is of this account.'],
  20429: ['backend_rate_limited', 'Twilio limits requests', 'Send more slowly.'],
  14107: ['backend_rate_limited', 'Twilio limits messages of this sender', 'Send more slowly, or through a messaging service with more senders.'],
  21211: ['rejected_by_backend', 'Twilio says that the recipient is no valid number', checkRecipient],
  21212: ['rejected_by_backend', 'Twilio says that the sender is no valid number', checkSender],
  21214: ['rejected_by_backend', 'Twilio cannot reach the recipient’s number', checkRecipient],
  21265: ['rejected_by_backend', 'Twilio says that a short code cannot receive this message', checkRecipient],
  21408: ['rejected_by_backend', 'The Twilio account may not send to this country', 'Enable the country in the Twilio console under Messaging, Geo permissions.'],
  21602: ['rejected_by_backend', 'Twilio misses the message’s text', 'Give a text, media or a template.'],
  21603: ['rejected_by_backend', 'Twilio misses the sender', checkSender],
  21604: ['rejected_by_backend', 'Twilio misses the recipient', checkRecipient],
  21606: ['rejected_by_backend', 'The sender is no number of this Twilio account that can send to this recipient', checkSender],
  21608: ['rejected_by_backend', 'This is a trial account: it can send only to numbers that are verified', 'Verify the recipient’s number in the Twilio console, or upgrade the account.'],
  21610: ['rejected_by_backend', 'The recipient has unsubscribed from this sender (replied STOP)', 'They have to reply START before messages reach them again.'],
  21611: ['backend_rate_limited', 'The sender’s queue at Twilio is full', 'Wait until it has emptied.'],
  21612: ['rejected_by_backend', 'Twilio has no route from this sender to this recipient', 'Use another sender, or check that the recipient’s country takes such messages.'],
  21614: ['rejected_by_backend', 'The recipient’s number is not a mobile number', checkRecipient],
  21617: ['rejected_by_backend', 'The text is longer than 1600 characters', 'Shorten it.'],
  21619: ['rejected_by_backend', 'The message has neither text nor media nor a template', 'Give one of them.'],
  21620: ['rejected_by_backend', 'A media address is not valid', 'Give public addresses that begin with https://.'],
  21623: ['rejected_by_backend', 'Twilio cannot send this number of media', 'Send at most ten.'],
  21655: ['rejected_by_backend', 'Twilio has no template of that id', 'Copy the content SID (HX…) from the Twilio console.'],
  21656: ['rejected_by_backend', 'The template’s variables are not valid', 'Give each variable that the template names, none of them empty.'],
  21659: ['rejected_by_backend', 'The sender is no number of Twilio’s', checkSender],
  21660: ['rejected_by_backend', 'The sender belongs to another Twilio account', checkSender],
  21701: ['invalid_config', 'The messaging service does not exist', 'Correct the messaging service SID of the connector.'],
  21703: ['invalid_config', 'The messaging service has no sender', 'Add a number to it in the Twilio console.'],
  21704: ['invalid_config', 'The messaging service has no sender that fits', 'Add a number to it in the Twilio console.'],
  21705: ['invalid_config', 'The messaging service is not valid', 'Correct the messaging service SID of the connector.'],
  63007: ['rejected_by_backend', 'The sender is not registered with WhatsApp in this Twilio account', 'Correct the WhatsApp sender of the connector.'],
  63015: ['rejected_by_backend', 'The recipient has not joined the WhatsApp sandbox', 'They have to send the join code to the sandbox number first.'],
  63016: ['rejected_by_backend', 'WhatsApp takes free text only within 24 hours of the recipient’s last message', 'Use an approved template instead.'],
  63018: ['backend_rate_limited', 'WhatsApp limits messages of this sender', 'Send more slowly.'],
  63024: ['rejected_by_backend', 'The recipient cannot be reached on WhatsApp', checkRecipient],
};

/** What became of a message that Twilio had taken. */
const deliveries: Record<number, string> = {
  11200: 'Twilio could not fetch a medium from its address',
  11751: 'The media are larger than Twilio takes in one message',
  12300: 'Twilio does not take media of this content type',
  30001: 'Twilio’s queue was full',
  30002: 'The Twilio account was suspended',
  30003: 'The recipient’s phone is off or out of reach',
  30004: 'The recipient has blocked messages',
  30005: 'The recipient’s number does not exist',
  30006: 'The recipient’s number is a landline or cannot take messages',
  30007: 'A carrier filtered the message as spam',
  30008: 'The carrier gave no reason',
  30019: 'The message is larger than the recipient’s carrier takes',
  30034: 'The sender is not registered for messages to the USA (A2P 10DLC)',
  63019: 'WhatsApp could not fetch the medium from its address',
};

/** Why a message was not delivered, in words; undefined when they are unknown. */
export function deliveryError(code: number): string | undefined {
  return deliveries[code] ?? meanings[code]?.[1];
}

/** The typed error of one of Twilio's answers; the common table's where Twilio's code says nothing more. */
export function explainTwilio(failure: HttpFailure): PatchbayError | undefined {
  const code = (failure.body as { code?: unknown } | null)?.code;
  if (typeof code !== 'number') return undefined;
  const meaning = meanings[code];
  const common = httpError(failure, 'Twilio');
  const details = { http_status: failure.status, twilio_code: code };
  const retry_after = failure.retry_after;
  if (!meaning) return new PatchbayError(common.code, common.message, { hint: `Twilio explains it at https://www.twilio.com/docs/api/errors/${code}.`, details, retry_after });
  return new PatchbayError(meaning[0], `${meaning[1]} (Twilio error ${code}).`, { hint: meaning[2], details, retry_after });
}
