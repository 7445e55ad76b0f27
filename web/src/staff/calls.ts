/** What the screen of staff access asks of the server, passkeys included. */

import {
  startAuthentication,
  startRegistration,
  type PublicKeyCredentialCreationOptionsJSON,
} from "@simplewebauthn/browser";
import { get, post } from "../api/client";
import type { Askable, Ceremony, OpenedValue, OpeningRequest, StaffAccess } from "../api/types";

export type RequestWish = {
  handle: string;
  kind: Askable["kind"];
  classes: string[];
  case: string;
  hours: number;
};
type Asked = Omit<Ceremony, "options"> & { options: PublicKeyCredentialCreationOptionsJSON };
const ROOT = "/api/staff/access";
const of = (request: OpeningRequest) => `${ROOT}/requests/${request.region}/${request.number}`;

/** Who approves, and what was asked. */
export const overview = () => get<StaffAccess>(ROOT);

/** Makes a passkey for approvals and offers it; the operator lets it in by its fingerprint. */
export async function offerPasskey(): Promise<void> {
  const asked = await post<Asked>(`${ROOT}/passkey/options`);
  const credential = await startRegistration({ optionsJSON: asked.options });
  await post(`${ROOT}/passkey`, { ceremony: asked.ceremony, credential });
}

/** Asks to open what is sealed of somebody. */
export const ask = (wish: RequestWish) => post(`${ROOT}/requests`, wish);

/** Approves or refuses a request: the passkey signs the whole of it. */
export async function decide(
  request: OpeningRequest,
  approves: boolean,
  credentials: string[],
): Promise<void> {
  const credential = await startAuthentication({
    optionsJSON: {
      challenge: approves ? request.challenge : request.refusal_challenge,
      allowCredentials: credentials.map((id) => ({ id, type: "public-key" })),
      userVerification: "required",
      timeout: 120_000,
    },
  });
  await post(`${of(request)}/decision`, { approves, credential });
}

/** Opens what two people approved; its owner is told. */
export const open = async (request: OpeningRequest): Promise<OpenedValue[]> =>
  (await post<{ values: OpenedValue[] }>(`${of(request)}/open`)).values;
