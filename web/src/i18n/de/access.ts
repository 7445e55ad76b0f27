/** Words for "Who read my data", in German. */

import type { access as english } from "../en/access";
import type { Message } from "../t.svelte";

export const access: Record<keyof typeof english, Message> = {
  "settings.access": "Wer meine Daten las",
  "settings.access_hint": "Jeder Blick auf deine Daten, auf diesem Gerät geprüft",
  "access.lead":
    "Immer wenn deine Daten geöffnet werden, von der Software oder von einem Menschen, wird zuerst ein Eintrag geschrieben. Hier stehen alle.",
  "access.fetching": "Deine Einträge werden geholt",
  "access.checking": "Deine Einträge werden geprüft",
  "access.checking_n": "Geprüft: {done} von {of}",
  "access.none": "Bisher hat niemand deine Daten gelesen",
  "access.none_text":
    "Das gilt bis zum letzten Siegel, vor etwa einer Minute. Sobald irgendetwas deine Daten öffnet, steht hier ein Eintrag.",
  "access.none_filter": "Zu dieser Auswahl gibt es nichts.",
  "access.all_again": "Alles zeigen",

  "access.ok": "Auf diesem Gerät geprüft: nichts fehlt, nichts wurde verändert",
  "access.ok_when": "{when}, in {took}",
  "access.what": "Was geprüft wurde",
  "access.ok.entries": {
    one: "Der eine Eintrag ist da, unverändert, und er betrifft dich.",
    other: "Alle {n} Einträge sind da, der Reihe nach und unverändert, und sie betreffen dich.",
  },
  "access.ok.none": "Das öffentliche Protokoll hat keinen Eintrag über dich. Es wurde keiner weggelassen.",
  "access.ok.log":
    "Das öffentliche Protokoll wurde zuletzt am {when} besiegelt und enthält {reads} Zugriffe, von allen Leuten zusammen. Was seitdem gelesen wurde, folgt nach etwa einer Minute.",
  "access.ok.witnesses": {
    one: "1 Zeuge (verlangt: {quorum}) hat bestätigt, dass alle dasselbe Protokoll sehen.",
    other: "{n} Zeugen (verlangt: {quorum}) haben bestätigt, dass alle dasselbe Protokoll sehen.",
  },
  "access.ok.witness_link": "Wer die Zeugen sind, und was das wert ist",
  "access.ok.history": "Alles, was du hier am {when} gesehen hast, ist noch da.",
  "access.ok.first":
    "Das war die erste Prüfung auf diesem Gerät. Von nun an merkt es, wenn ein Eintrag verschwindet.",
  "access.ok.forgets":
    "Dieser Browser behält nichts und kann darum später nicht merken, dass ein Eintrag verschwunden ist.",
  "access.ok.stale":
    "Das Protokoll ist nicht frisch: zuletzt besiegelt am {when}. Es sollte höchstens eine Minute alt sein.",
  "access.not_shown":
    "Was keine solche Liste zeigen kann: was jemand nach dem Lesen mit den Daten tat, und was der Besitzer der Maschine selbst tut.",

  "access.bad": "Traue dieser Liste nicht: die Prüfung ist gescheitert",
  "access.bad_text":
    "Deine Einträge werden nicht gezeigt, denn sie können falsch oder unvollständig sein. Das dürfte nie geschehen; es kann ein Fehler sein oder ein Versuch, etwas zu verbergen.",
  "access.bad.word": "Gescheitert ist die Prüfung an: {word}",
  "access.bad.format": "Die Datei ist beschädigt, oder sie betrifft jemand anderen.",
  "access.bad.checkpoint": "Die Unterschrift des Protokolls fehlt oder ist falsch.",
  "access.bad.quorum":
    "Zu wenige Zeugen bestätigen das Protokoll. Vielleicht wird dir ein anderes gezeigt als allen übrigen.",
  "access.bad.heads": "Die Liste der neuesten Einträge aller Leute gehört nicht zu diesem Protokoll.",
  "access.bad.body": "Ein Eintrag wurde verändert, entfernt oder an eine andere Stelle gesetzt.",
  "access.bad.chain": "Die Nummern oder Zeiten der Einträge folgen nicht aufeinander.",
  "access.bad.head": "Das Protokoll sagt, dass du keine Einträge hast, und doch sind welche da.",
  "access.bad.map": "Es fehlen Einträge: das Protokoll zählt andere über dich, als dir gegeben wurden.",
  "access.bad.history": "Etwas, das bei einer früheren Prüfung hier stand, ist verschwunden oder verändert.",
  "access.bad.todo": "Was du tun kannst",
  "access.bad.todo_again": "Prüfe noch einmal. War nur die Verbindung gestört, gelingt es jetzt.",
  "access.bad.todo_keep": "Hebe die Beweisdatei auf: sie lässt sich später nicht mehr herstellen.",
  "access.bad.todo_other":
    "Prüfe die Datei ohne uns, mit dem Befehl „plainview verify“ auf einem anderen Rechner.",
  "access.bad.todo_tell":
    "Sag es denen, die {realm} betreiben, und denen, die über sie wachen. Nenne das Wort „{word}“.",
  "access.bad.how": "So prüfst du ohne uns",

  "access.changed": "Die Schlüssel des Protokolls sind andere als bei deiner letzten Prüfung",
  "access.changed_text":
    "Die Schlüssel, mit denen das Protokoll oder seine Zeugen unterschreiben, sind nicht die, die dieses Gerät kennt. Wer {realm} betreibt, muss das angekündigt haben. Wenn nicht, zeigt dir vielleicht jemand ein falsches Protokoll.",
  "access.changed.was": "Bisher gesehen",
  "access.changed.is": "Jetzt genannt",
  "access.changed.go": "Es wurde angekündigt: die neuen Schlüssel nehmen",
  "access.changed.line": "{origin}, {quorum} von {n} Zeugen",

  "access.again": "Noch einmal prüfen",
  "access.download": "Beweisdatei herunterladen",
  "access.download_hint":
    "Damit kann jeder all das ohne uns prüfen. Sie öffnet auch deine Einträge: gib sie nur Leuten, denen du traust.",
  "access.more_about": "Wie das alles geht",

  "access.filter": "Einträge auswählen",
  "access.filter_purpose": "Wofür",
  "access.filter_who": "Von wem",
  "access.filter_all": "Alle",
  "access.for.feed": "Der Feed",
  "access.for.account": "Dein Konto",
  "access.for.social": "Folgen, Likes, Kommentare",
  "access.for.media": "Deine Videos",
  "access.for.moderation": "Moderation",
  "access.for.safety": "Sicherheit",
  "access.for.subject": "Deine eigenen Rechte",
  "access.who.staff": "Menschen im Team",
  "access.who.feed": "Der Feed",
  "access.who.server": "Die Website",
  "access.who.worker": "Arbeit im Hintergrund",

  "access.chart": "Zugriffe im Lauf der Zeit",
  "access.chart_day": {
    one: "1 Zugriff in den letzten {span} Tagen",
    other: "{n} Zugriffe in den letzten {span} Tagen",
  },
  "access.chart_week": {
    one: "1 Zugriff in den letzten {span} Wochen",
    other: "{n} Zugriffe in den letzten {span} Wochen",
  },
  "access.chart_people": { one: "1 davon durch einen Menschen", other: "{n} davon durch Menschen" },
  "access.chart_nobody": "keiner davon durch einen Menschen",
  "access.chart_when_day": "Tag",
  "access.chart_when_week": "Woche ab",
  "access.chart_software": "Durch Software",
  "access.chart_staff": "Durch Menschen",
  "access.chart_most_day": "höchstens {n} am Tag",
  "access.chart_most_week": "höchstens {n} in der Woche",
  "access.chart_today": "heute",

  "access.days": "Deine Einträge, Tag für Tag",
  "access.day_count": { one: "1 Zugriff", other: "{n} Zugriffe" },
  "access.days_more": "Frühere Tage zeigen",
  "access.each_label": "Jeden Eintrag zeigen zu: {what}",
  "access.each_more": { one: "1 weiteren zeigen", other: "{n} weitere zeigen" },
  "access.between": "zwischen {first} und {last}",
  "access.number": "Nr. {number}",
  "access.values": "{n} Werte",
  "access.case": "Warum: Fall {case}",
  "access.from": "Gelesen aus der Region {from}, nicht aus deiner eigenen",
  "access.hour": "um {when}",

  "access.say.feed.rank": {
    one: "Der Feed hat deine Seite einmal geordnet",
    other: "Der Feed hat deine Seite {n}-mal geordnet",
  },
  "access.say.feed.learn": {
    one: "Der Feed hat einmal aus dem gelernt, was du gesehen hast",
    other: "Der Feed hat {n}-mal aus dem gelernt, was du gesehen hast",
  },
  "access.say.account.sign_in": {
    one: "Eine Anmeldung von dir wurde geprüft",
    other: "{n} Anmeldungen von dir wurden geprüft",
  },
  "access.say.account.own_view": {
    one: "Deine Daten wurden einmal geöffnet, um sie dir selbst zu zeigen",
    other: "Deine Daten wurden {n}-mal geöffnet, um sie dir selbst zu zeigen",
  },
  "access.say.account.security": {
    one: "Dein Konto wurde auf Sicherheit geprüft",
    other: "Dein Konto wurde {n}-mal auf Sicherheit geprüft",
  },
  "access.say.social.show": {
    one: "Für eine Seite wurde einmal nachgesehen, wem du folgst und was dir gefällt",
    other: "Für Seiten wurde {n}-mal nachgesehen, wem du folgst und was dir gefällt",
  },
  "access.say.media.post": {
    one: "Ein Entwurf oder Upload von dir wurde einmal geöffnet, um ihn aufzubereiten oder zu zeigen",
    other: "Deine Entwürfe und Uploads wurden {n}-mal geöffnet, um sie aufzubereiten oder zu zeigen",
  },
  "access.say.moderation.case": {
    one: "Deine Daten wurden einmal für eine Meldung geöffnet",
    other: "Deine Daten wurden {n}-mal für Meldungen geöffnet",
  },
  "access.say.safety.minors": {
    one: "Deine Altersgruppe wurde einmal gelesen, für den Schutz Minderjähriger",
    other: "Deine Altersgruppe wurde {n}-mal gelesen, für den Schutz Minderjähriger",
  },
  "access.say.subject.export": {
    one: "Deine Daten wurden für dich zusammengestellt, wie du es wolltest",
    other: "Deine Daten wurden {n}-mal für dich zusammengestellt, wie du es wolltest",
  },
  "access.say.subject.erasure": {
    one: "Daten wurden gelöscht, wie du es wolltest",
    other: "{n}-mal wurden Daten gelöscht, wie du es wolltest",
  },
  "access.say.other": {
    one: "{who} hat deine Daten einmal gelesen: {purpose}",
    other: "{who} hat deine Daten {n}-mal gelesen: {purpose}",
  },
  "access.staff.moderation.case": {
    one: "Die Moderation, @{who}, hat deine Daten geöffnet, um über eine Meldung zu entscheiden",
    other: "Die Moderation, @{who}, hat deine Daten {n}-mal geöffnet, um über eine Meldung zu entscheiden",
  },
  "access.staff.safety.emergency": {
    one: "In einem Notfall hat @{who} vom Team deine Daten geöffnet; zwei Menschen haben es freigegeben",
    other:
      "In einem Notfall hat @{who} vom Team deine Daten {n}-mal geöffnet; zwei Menschen haben es freigegeben",
  },
  "access.staff.other": {
    one: "Ein Mensch im Team, @{who}, hat deine Daten geöffnet ({purpose})",
    other: "Ein Mensch im Team, @{who}, hat deine Daten {n}-mal geöffnet ({purpose})",
  },

  "access.of.account": "Konto",
  "access.of.credential": "Anmeldung",
  "access.of.age_band": "Altersgruppe",
  "access.of.contacts": "wem du folgst und wen du blockierst",
  "access.of.drafts": "Entwürfe und private Videos",
  "access.of.watch_history": "was du gesehen hast",
  "access.of.interests": "was der Feed gelernt hat",
  "access.of.device": "Geräte",
  "access.of.address": "Netzadresse",
  "access.of.reports": "gesendete Meldungen",
  "access.of.notices": "Mitteilungen",
  "access.of.searches": "Suchen",
};
