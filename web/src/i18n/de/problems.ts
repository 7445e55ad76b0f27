/** What the server may refuse and why, in German. */

import type { problems as english } from "../en/problems";
import type { Message } from "../t.svelte";

export const problems: Record<keyof typeof english, Message> = {
  "problem.already_judged": "Jemand anderes aus der Moderation war schneller. Lade die Liste neu.",
  "problem.bad_captions":
    "Diese Untertitel lassen sich nicht zeigen. Speichere sie als WebVTT-Datei in UTF-8 und sende sie noch einmal.",
  "problem.bad_request": "Der Server hat das nicht verstanden. Lade die Seite neu.",
  "problem.bio_too_long": "Eine Biografie hat höchstens {n} Zeichen.",
  "problem.birth_date_impossible": "Das kann kein Geburtsdatum sein. Prüfe Tag, Monat und Jahr.",
  "problem.block_self": "Du kannst dich nicht selbst blockieren.",
  "problem.caption_too_long": "Der Text zu einem Video hat höchstens {n} Zeichen.",
  "problem.ceremony_over": "Das hat zu lange gedauert oder ist schon erledigt. Beginne noch einmal.",
  "problem.checksum_mismatch": "Ein Stück wurde unterwegs beschädigt. Sende die Datei noch einmal.",
  "problem.comment_empty": "Schreib zuerst etwas.",
  "problem.comments_off": "Unter diesem Video sind Kommentare ausgeschaltet.",
  "problem.custodian_unavailable":
    "Deine persönlichen Daten lassen sich gerade nicht öffnen. Versuche es gleich noch einmal.",
  "problem.database_failed": "Bei uns ist etwas schiefgegangen. Versuche es gleich noch einmal.",
  "problem.decision_not_possible": "Das lässt sich hier nicht entscheiden. Entferne es oder lass es stehen.",
  "problem.disk_full": "Für diesen Upload ist gerade kein Platz. Versuche es später noch einmal.",
  "problem.door_broken": "Etwas Versiegeltes lässt sich nicht öffnen. Der Fehler liegt bei uns.",
  "problem.fault": "Bei uns ist etwas schiefgegangen. Versuche es gleich noch einmal.",
  "problem.follow_self": "Du kannst dir nicht selbst folgen.",
  "problem.forged_request":
    "Das kam nicht von einer Seite dieses Dienstes und wurde nicht ausgeführt. Lade die Seite neu.",
  "problem.handle_length": "Ein Handle hat {least} bis {most} Zeichen.",
  "problem.handle_letters":
    "Ein Handle besteht aus Buchstaben a bis z, Ziffern, Unterstrichen und einzelnen Punkten dazwischen und hat mindestens einen Buchstaben.",
  "problem.handle_mismatch": "Gib dein eigenes Handle ein, um dein Konto zu löschen.",
  "problem.handle_reserved": "Dieses Handle ist dem Dienst selbst vorbehalten. Wähle ein anderes.",
  "problem.handle_taken": "Dieses Handle hat schon jemand. Wähle ein anderes.",
  "problem.hide_self": "Du kannst dich nicht selbst ausblenden.",
  "problem.invalid_input": "Etwas davon kann nicht angenommen werden.",
  "problem.key_unreadable":
    "Deine persönlichen Daten lassen sich gerade nicht öffnen. Versuche es gleich noch einmal.",
  "problem.language_unknown": "Nenne die Sprache mit ihrem Kürzel, etwa de oder pt-BR.",
  "problem.media.broken":
    "Dieses Video ist beschädigt und lässt sich nicht abspielen. Exportiere oder sende es noch einmal.",
  "problem.media.codec_not_allowed":
    "Dieses Video ist auf eine Weise kodiert, die wir nicht öffnen. Speichere es als H.264, HEVC, VP9 oder AV1 mit AAC-Ton und sende es noch einmal.",
  "problem.media.empty": "Diese Datei ist leer. Wähle eine andere oder sende sie noch einmal.",
  "problem.media.failed": "Die Verarbeitung dieses Videos ist gescheitert. Sie wird wiederholt.",
  "problem.media.no_video_stream": "Diese Datei hat kein Bild, nur Ton oder Daten. Sende ein Video.",
  "problem.media.not_a_video":
    "Das ist kein Video, das wir öffnen können. Sende eine Datei in MP4, MOV, MKV oder WebM.",
  "problem.media.quarantined":
    "Die Verarbeitung dieses Videos ist jedes Mal gescheitert, deshalb liegt es jetzt beiseite. Versuche es noch einmal oder exportiere es in einem anderen Format.",
  "problem.media.refused":
    "Diese Datei kann nicht gepostet werden. Exportiere das Video neu oder wähle ein anderes.",
  "problem.media.too_long":
    "Dieses Video ist länger, als Videos hier sein dürfen. Kürze es und sende es noch einmal.",
  "problem.media.too_many_pixels":
    "Dieses Bild ist zu groß. Speichere es in 4K oder kleiner und sende es noch einmal.",
  "problem.media.too_short": "Dieses Video ist kürzer, als Videos hier sein dürfen. Sende ein längeres.",
  "problem.media.too_small": "Dieses Bild ist zu klein oder zu schmal, um gezeigt zu werden.",
  "problem.media.took_too_much":
    "Dieses Video braucht mehr Zeit oder Speicher, als ein Video brauchen darf. Exportiere es noch einmal.",
  "problem.method_not_allowed": "Das macht der Server hier nicht. Lade die Seite neu.",
  "problem.name_too_long": "Ein Name hat höchstens {n} Zeichen.",
  "problem.not_allowed": "Das darfst du nicht.",
  "problem.not_approved":
    "Das geht nicht: Zwei verschiedene Menschen unterschreiben, keiner von ihnen hat den Antrag gestellt, innerhalb eines Tages, mit zugelassenen Passkeys.",
  "problem.not_granted": "Erst müssen zwei Menschen unterschreiben, und die Zeit darf nicht vorbei sein.",
  "problem.not_found": "Das gibt es nicht mehr, oder es ist nicht für dich.",
  "problem.not_retryable": "Nur was gescheitert ist, lässt sich wiederholen.",
  "problem.offset_conflict": "Der Upload steht an einer anderen Stelle. Er geht von dort weiter.",
  "problem.only_way_in":
    "Das ist dein einziger Weg hinein. Lege zuerst ein Passwort oder einen weiteren Passkey an; dann kann er weg.",
  "problem.original_gone":
    "Die Datei wird nicht mehr aufbewahrt. Lösche diesen Entwurf und sende sie noch einmal.",
  "problem.passkey_refused":
    "Dieser Passkey wurde nicht angenommen. Beginne noch einmal oder melde dich anders an.",
  "problem.password_guessable":
    "Das ist leicht zu erraten. Verbinde ein paar Wörter, die nichts miteinander zu tun haben.",
  "problem.password_has_handle":
    "Dein Handle ist öffentlich. Lass es aus dem Passwort weg, oder nimm mehr dazu.",
  "problem.password_length": "Ein Passwort hat {least} bis {most} Zeichen.",
  "problem.password_wrong": "Das ist nicht dein jetziges Passwort.",
  "problem.picture_refused":
    "Dieses Bild lässt sich nicht verwenden. Wähle ein anderes: JPEG, PNG oder WebP.",
  "problem.own_report": "Über das, was du gemeldet hast, entscheidet jemand anderes.",
  "problem.piece_too_large": "Dieses Stück ist größer als der Rest des Uploads. Sende die Datei noch einmal.",
  "problem.piece_type": "Dieses Stück kam nicht als Upload an. Sende die Datei noch einmal.",
  "problem.private_account":
    "Dieses Konto ist privat: Nur wer ihm folgt, sieht, wem es folgt und wer ihm folgt.",
  "problem.proof_needed": "Melde dich noch einmal an, damit sicher ist, dass du das willst.",
  "problem.range_not_satisfiable": "So lang ist diese Datei nicht.",
  "problem.ranker_away": "Der Feed wird gerade bereitgemacht. Versuche es gleich noch einmal.",
  "problem.ranking_failed": "Der Feed konnte nicht gemacht werden. Versuche es gleich noch einmal.",
  "problem.region_unknown": "Diese Region gibt es hier nicht. Wähle eine andere.",
  "problem.role_needed": "Dafür braucht dein Konto eine Rolle, die es nicht hat.",
  "problem.sign_in_needed": "Melde dich dafür an oder lege ein Konto an.",
  "problem.sign_in_refused": "Handle und Passwort passen nicht zusammen. Prüfe beides.",
  "problem.signup_closed": "Dieses Realm nimmt gerade keine neuen Konten an.",
  "problem.snapshot_unreadable": "Bei uns ist etwas schiefgegangen. Versuche es gleich noch einmal.",
  "problem.socket_wanted": "Diese Adresse ist ein Socket, keine Seite.",
  "problem.too_large": "Das ist zu groß, um angenommen zu werden.",
  "problem.too_many_passkeys": {
    one: "Ein Konto hat höchstens 1 Passkey. Entferne ihn zuerst.",
    other: "Ein Konto hat höchstens {n} Passkeys. Entferne einen, den du nicht mehr brauchst.",
  },
  "problem.too_many_requests": {
    one: "Das war zu oft. Versuche es in einer Sekunde noch einmal.",
    other: "Das war zu oft. Versuche es in {n} Sekunden noch einmal.",
  },
  "problem.too_many_uploads": "Beende oder entferne zuerst einen deiner offenen Uploads.",
  "problem.too_young": "Konten sind für Leute ab {n}. Ohne Konto kannst du weiter zusehen.",
  "problem.tus_version": "Der Server nimmt Uploads auf andere Weise an. Lade die Seite neu.",
  "problem.unavailable":
    "Dieser Teil des Dienstes ist gerade nicht erreichbar. Versuche es gleich noch einmal.",
  "problem.unknown_checksum":
    "Dieses Stück kam mit einer Prüfsumme, die der Server nicht kennt. Lade die Seite neu.",
  "problem.upload_busy":
    "Dieser Upload wird gerade aus einem anderen Tab oder von einem anderen Gerät gesendet. Versuche es gleich noch einmal.",
  "problem.upload_cut": "Die Verbindung ist abgebrochen. Der Upload geht dort weiter, wo er stand.",
  "problem.upload_lost":
    "Der Upload wurde nie beendet. Lösche diesen Entwurf und sende die Datei noch einmal.",
  "problem.upload_too_large":
    "Diese Datei ist größer, als Videos hier sein dürfen. Speichere sie kleiner und sende sie noch einmal.",
  "problem.warden_away":
    "Der Teil, der persönliche Daten hütet, antwortet gerade nicht. Versuche es gleich noch einmal.",
};
