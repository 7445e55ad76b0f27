/** What the sign-in panel and the settings ask of the server about a person's account, passkeys included. */

import {
  browserSupportsWebAuthn,
  startAuthentication,
  startRegistration,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";
import { post } from "../api/client";
import type {
  AccountReply,
  Ceremony,
  HandleVerdict,
  Me,
  Passkey,
  PasskeySignUp,
  PasswordSignUp,
} from "../api/types";

export type NewAccount = PasskeySignUp;
/** A ceremony, with its options as the browser knows them (the description says only that they are WebAuthn's). */
type Asked<Options> = Omit<Ceremony, "options"> & { options: Options };

/** True when this browser can make and use passkeys here (it needs https or localhost). */
export const passkeysWork = (): boolean =>
  typeof window !== "undefined" && window.isSecureContext && browserSupportsWebAuthn();

/** True when a person closed the browser's passkey window or let it run out: no error of anybody's. */
export const wasCancelled = (error: unknown): boolean =>
  error instanceof Error && ["NotAllowedError", "AbortError"].includes(error.name);

export const handleFree = (handle: string) => post<HandleVerdict>("/api/sign-up/check", { handle });

/** Opens an account with a passkey. */
export async function signUpWithPasskey(account: NewAccount): Promise<Me> {
  const asked = await post<Asked<PublicKeyCredentialCreationOptionsJSON>>(
    "/api/sign-up/passkey/options",
    account,
  );
  const credential = await startRegistration({ optionsJSON: asked.options });
  return (await post<AccountReply>("/api/sign-up/passkey", { ceremony: asked.ceremony, credential })).me;
}

/** Opens an account with a password. */
export const signUpWithPassword = async (account: PasswordSignUp): Promise<Me> =>
  (await post<AccountReply>("/api/sign-up", account)).me;

/** Signs in with whichever passkey the person picks in the browser's window. */
export async function signInWithPasskey(): Promise<Me> {
  const asked = await post<Asked<PublicKeyCredentialRequestOptionsJSON>>("/api/sign-in/passkey/options");
  const credential = await startAuthentication({ optionsJSON: asked.options });
  return (await post<AccountReply>("/api/sign-in/passkey", { ceremony: asked.ceremony, credential })).me;
}

/** Signs in with handle and password. */
export const signInWithPassword = async (handle: string, password: string): Promise<Me> =>
  (await post<AccountReply>("/api/sign-in", { handle, password })).me;

/** Adds a passkey to the account that is signed in. */
export async function addPasskey(name: string): Promise<Passkey> {
  const asked = await post<Asked<PublicKeyCredentialCreationOptionsJSON>>("/api/me/passkeys/options");
  const credential = await startRegistration({ optionsJSON: asked.options });
  return post<Passkey>("/api/me/passkeys", { ceremony: asked.ceremony, credential, ...(name && { name }) });
}
