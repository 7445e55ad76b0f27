/** Words for staff access, in German. */

import type { staff as english } from "../en/staff";
import type { Message } from "../t.svelte";

export const staff: Record<keyof typeof english, Message> = {
  "staff.title": "Zugriffsanträge",
  "staff.link": "Zugriffsanträge",
  "staff.lead":
    "Was von einer Person versiegelt ist, öffnet sich nur, wenn zwei Menschen aus ihrer Region mit ihren Passkeys dafür unterschreiben. Die Person erfährt es, und jedes Öffnen steht in ihrem Protokoll und wird öffentlich gezählt.",
  "staff.approver": "Dein Passkey für Freigaben",
  "staff.approver.none":
    "Du kannst noch nichts freigeben. Lege hier einen Passkey dafür an; der Betreiber lässt ihn dann am Server selbst zu.",
  "staff.approver.offered":
    "Dein Passkey wartet. Lies dem Betreiber den Fingerabdruck vor; er lässt ihn mit `plainview approvers admit` zu.",
  "staff.approver.enrolled":
    "Du darfst Anträge über Menschen aus deiner Region freigeben, aber nicht deine eigenen.",
  "staff.fingerprint": "Fingerabdruck",
  "staff.no_passkeys":
    "Dieser Browser kann hier keine Passkeys nutzen: Es braucht https oder diesen Rechner selbst.",
  "staff.offer": "Passkey anlegen",
  "staff.offer_again": "Einen weiteren anlegen",
  "staff.ask": "Öffnen von Daten beantragen",
  "staff.kind": "Warum",
  "staff.kind.break_glass": "Ein Notfall",
  "staff.kind.break_glass_hint": "Etwa Gefahr für ein Leben. Gilt höchstens eine Stunde.",
  "staff.kind.cross_region": "Eine Meldung aus einer anderen Region",
  "staff.kind.cross_region_hint": "Für jemanden, dessen Daten anderswo liegen. Gilt höchstens einen Tag.",
  "staff.handle": "Wessen Daten",
  "staff.what": "Was geöffnet werden soll",
  "staff.case": "Fall",
  "staff.case_hint": "Die Person liest ihn in ihrem Protokoll.",
  "staff.hours": "Für wie viele Stunden",
  "staff.hours_hint": { one: "Höchstens 1.", other: "Höchstens {n}." },
  "staff.send": "Beantragen",
  "staff.asked": "Beantragt. Nun müssen zwei Menschen unterschreiben.",
  "staff.requests": "Anträge",
  "staff.requests.none": "Niemand hat etwas beantragt.",
  "staff.request": "{who}: {what}",
  "staff.gone": "Jemand, der nicht mehr da ist",
  "staff.purpose": "Zweck",
  "staff.region": "Region",
  "staff.duration": "Gilt",
  "staff.for_hours": { one: "1 Stunde", other: "{hours} Stunden" },
  "staff.asked_by": "Beantragt von",
  "staff.signed": "Freigegeben von",
  "staff.signed_count": { one: "1 von 2:", other: "{n} von 2" },
  "staff.refused_by": "Abgelehnt von {who}.",
  "staff.state.waiting": "Wartet auf zwei Freigaben",
  "staff.state.granted": "Freigegeben bis {when}",
  "staff.state.over": "Vorbei",
  "staff.state.refused": "Abgelehnt",
  "staff.state.lapsed": "Verfallen: Innerhalb eines Tages hat niemand entschieden",
  "staff.decide_hint": "Dein Passkey unterschreibt genau das, was hier steht.",
  "staff.approve": "Freigeben",
  "staff.refuse": "Ablehnen",
  "staff.open_hint": "Die Person erfährt es sofort.",
  "staff.open": "Daten öffnen",
  "staff.opened": "Geöffnet. Die Person weiß es.",
  "staff.nothing": "Nichts dieser Art ist gespeichert.",
};
