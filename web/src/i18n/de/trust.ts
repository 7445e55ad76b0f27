/** Words of the transparency pages, in German. */

import type { trust as english } from "../en/trust";
import type { Message } from "../t.svelte";

export const trust: Record<keyof typeof english, Message> = {
  "trust.title": "Transparenz",
  "trust.tabs": "Seiten zur Transparenz",
  "trust.tab.overview": "Überblick",
  "trust.tab.data": "Daten",
  "trust.tab.policies": "Regeln",
  "trust.tab.log": "Protokoll",
  "trust.tab.verify": "Prüfen",

  "trust.lead": "Niemand liest deine Daten, ohne eine Spur zu hinterlassen, die du prüfen kannst",
  "trust.lead_text":
    "Andere Dienste bitten dich, ihnen zu glauben. Hier muss, wer persönliche Daten öffnet, zuerst einen Eintrag schreiben; ohne Eintrag kein Schlüssel. Du siehst jeden Eintrag über dich und kannst prüfen, dass keiner fehlt.",
  "trust.how": "Wie es geht",
  "trust.how.sealed": "Persönliche Daten liegen versiegelt",
  "trust.how.sealed_text":
    "Jeder Mensch hat seinen eigenen Schlüssel. Die Website und ihre Datenbank haben nur Versiegeltes und können es nicht öffnen.",
  "trust.how.asked": "Wer lesen will, muss fragen",
  "trust.how.asked_text":
    "Ein kleines Programm, der Wärter, hat die Schlüssel. Es fragt, wer was wofür will, und verweigert, was die veröffentlichten Regeln nicht erlauben.",
  "trust.how.logged": "Erst der Eintrag, dann der Schlüssel",
  "trust.how.logged_text":
    "Bevor etwas geöffnet wird, steht ein Eintrag auf der Platte. Was er sagt, kannst nur du lesen; dass er da ist, sehen alle.",
  "trust.how.checked": "Dein eigenes Gerät prüft",
  "trust.how.checked_text":
    "Dein Browser rechnet die ganze Kette nach. Fehlt ein Eintrag oder wurde einer verändert, sagt er es dir sofort.",
  "trust.limits": "Was das nicht zeigt",
  "trust.limits_text":
    "Wer die Maschine des Wärters selbst beherrscht, könnte dort ein anderes Programm laufen lassen. Was nach dem Lesen mit Daten geschieht, zeigt keine Liste. Öffentliche Beiträge und Profile stehen allen offen und werden nicht protokolliert. Und diese Seite kommt von dem Server, den du prüfst: wer sicher sein will, nimmt die Prüfung, die uns nicht braucht.",
  "trust.see_own": "Sieh nach, wer deine Daten las",
  "trust.see_check": "Ohne uns prüfen",

  "trust.data": "Was über Menschen gespeichert wird",
  "trust.data_text":
    "Jede Spalte, in der etwas über einen Menschen steht, aus denselben Angaben, denen auch die Software gehorcht. Was hier nicht steht, wird nicht gespeichert.",
  "trust.data.sealed": "Versiegelt: nur der Wärter öffnet es, und jedes Mal steht im Protokoll",
  "trust.data.open": "Nicht versiegelt",
  "trust.data.count": { one: "1 Spalte", other: "{n} Spalten" },
  "trust.data.where": "Wo",
  "trust.data.why": "Wofür es geöffnet werden darf",
  "trust.data.keep": "Wie lange es bleibt",
  "trust.data.seal": "Versiegelt",
  "trust.data.yes": "ja",
  "trust.data.no": "nein",

  "trust.policies": "Die Regeln für das Öffnen von Daten",
  "trust.policies_text":
    "Der Wärter gehorcht diesen Regeln und keinen anderen. Sie sind in Cedar geschrieben, einer Sprache für solche Regeln, die man auch ohne Programmieren lesen kann. Jede Änderung hinterlässt einen Eintrag im öffentlichen Protokoll.",
  "trust.policies.hash": "Fingerabdruck dieser Regeln",
  "trust.policies.hash_text": "Derselbe Wert steht im Protokoll, von dem Augenblick an, in dem sie gelten.",

  "trust.acts": "Was von Amts wegen geschah",
  "trust.acts.text":
    "Jedes davon stand im Protokoll, bevor es galt. Von einer Anfrage, über die wir nicht sprechen dürfen, steht hier nur die Zahl.",
  "trust.acts.takedowns": "Von der Moderation entfernt oder beschränkt",
  "trust.acts.requests": "Behördliche Anfragen",
  "trust.acts.gagged": "Behördliche Anfragen, über die wir nicht sprechen dürfen",
  "trust.acts.emergencies": "Notfälle, in denen Daten geöffnet wurden",
  "trust.acts.approvals": "Freigaben durch Passkeys zweier Menschen",
  "trust.acts.deletions": "Auf Wunsch gelöschte Konten",
  "trust.acts.request": "Nr. {number}, {who}",
  "trust.log": "Das Protokoll und seine Zeugen",
  "trust.log_text":
    "Das Protokoll wächst nur. Etwa jede Minute wird alles Bisherige mit einer Unterschrift besiegelt, und Zeugen unterschreiben, dass sie dasselbe Protokoll sehen wie alle. Öffentlich stehen darin nur Fingerabdrücke; wer du bist, kann daraus niemand lesen.",
  "trust.log.region": "Region {name}",
  "trust.log.size": { one: "1 Eintrag", other: "{n} Einträge" },
  "trust.log.latest": "Letztes Siegel",
  "trust.log.fetch_failed": "Das letzte Siegel war nicht zu holen.",
  "trust.log.key": "Der Schlüssel des Protokolls",
  "trust.log.witnesses": {
    one: "1 Zeuge",
    other: "{n} Zeugen, von denen {quorum} übereinstimmen müssen",
  },
  "trust.log.honest": "Zeugen, die alle derselben Hand gehören, sind keine Zeugen",
  "trust.log.honest_text":
    "Ein Zeuge ist nur etwas wert, wenn ihn jemand anderes betreibt: eine Zeitung, eine Universität, eine Aufsicht. So wie {realm} zu Anfang eingerichtet ist, betreibt der Betreiber alle selbst; sie beweisen also, dass der Mechanismus läuft, und sonst nichts. Frag den Betreiber, wem jeder der hier genannten gehört. Um selbst einer zu sein, brauchst du den Befehl „plainview witness“ und eine kleine Maschine.",
  "trust.log.client": "Fingerabdruck dieser App",
  "trust.log.client_text":
    "Die Liste aller Dateien dieser Web-App hat diesen Fingerabdruck. Er steht auch im Protokoll, damit niemandem ohne Spur eine andere App gegeben werden kann.",
  "trust.log.client_file": "Die Liste der Dateien",
  "trust.log.none": "Auf diesem Server läuft noch kein Protokoll.",

  "trust.verify": "Prüfe ohne uns",
  "trust.verify_text":
    "Diese Seite kommt von dem Server, den du prüfen willst. Wer sich darauf nicht verlassen mag, braucht einen Rechner mit Python und zehn Minuten.",
  "trust.verify.file": "Hol deine Beweisdatei",
  "trust.verify.file_text":
    "Einstellungen, „Wer meine Daten las“, ganz am Ende. Sie enthält alle deine Einträge und die Schlüssel dazu; behalte sie also für dich.",
  "trust.verify.tool": "Hol das Prüfprogramm",
  "trust.verify.tool_text":
    "Es ist eine Datei von höchstens 400 Zeilen, die nichts als Python selbst braucht, geschrieben nach der veröffentlichten Spezifikation. Sie liegt im Quellcode, im Ordner „src/plainview_verifier“.",
  "trust.verify.run": "Lass es laufen",
  "trust.verify.run_text":
    "Es sagt „ok“ oder das Wort, an dem die Prüfung gescheitert ist. Die Schlüssel dahinter stehen auf der Seite zum Protokoll; besser noch, du bekommst sie von jemand anderem als uns.",
  "trust.verify.again": "Heb die Datei auf und prüfe später wieder",
  "trust.verify.again_text":
    "Mit der alten Datei zusammen sieht das Programm, ob seitdem etwas verschwunden ist.",
  "trust.verify.audit": "Prüfe das ganze Protokoll",
  "trust.verify.audit_text":
    "Das geht ohne Konto. Der Befehl holt jeden Eintrag, rechnet alles nach und vergleicht es mit dem, was das Protokoll unterschrieben hat.",
  "trust.verify.app": "Prüfe diese App",
  "trust.verify.app_text":
    "Die Fingerabdrücke aller ihrer Dateien stehen in einer Liste; vergleiche damit, was dein Browser bekam, und den Fingerabdruck der Liste mit dem Protokoll.",
  "trust.verify.words": "Was die Wörter bedeuten",
  "trust.verify.source": "Quellcode herunterladen",
};
