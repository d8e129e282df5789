import { CopyText } from '../components/CopyText.tsx';

/** What providers want to know before they give out the client id that the next field asks for. */
export function RedirectUri({ uri }: { uri: string }) {
  return (
    <div className="field" role="group" aria-label="Redirect URI">
      <div className="field-label"><span className="label">Redirect URI</span></div>
      <CopyText text={uri} label="Copy the redirect URI" />
      <p className="field-help">Register it at the provider, which then gives you a client ID and secret.</p>
    </div>
  );
}
