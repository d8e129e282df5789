import { SelectField } from '../components/Field.tsx';
import { scheduleInWords, usualMinutes } from './testSchedule.ts';

/** How often a connector is tested by itself. One that the API has set to anything else keeps that as a choice. @param stored what it was set to */
export function TestScheduleField({ value, onChange, stored = null }: { value: number | null; onChange(minutes: number | null): void; stored?: number | null }) {
  const choices = [...new Set([...usualMinutes, ...(stored === null ? [] : [stored])])].sort((left, right) => left - right);
  return (
    <fieldset className="form-section"><legend>Tests</legend>
      <div className="form-fields">
        <SelectField label="Test the connection" value={String(value ?? '')} help="Each test shows in its health; when one fails or works again, an event says so."
          onChange={({ target }) => onChange(target.value === '' ? null : Number(target.value))}
          options={[null, ...choices].map((minutes) => ({ value: String(minutes ?? ''), label: scheduleInWords(minutes) }))} />
      </div>
    </fieldset>
  );
}
