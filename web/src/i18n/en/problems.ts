/** What the server may refuse and why, by its code: every code that its description lists has a sentence here. */

import type { Problem } from "../../api/types";
import type { Message } from "../t.svelte";

export const problems: Record<`problem.${Problem["code"]}`, Message> = {
  "problem.already_judged": "Another moderator was faster. Load the list again.",
  "problem.bad_captions":
    "These captions cannot be shown. Save them as a WebVTT file in UTF-8 and send them again.",
  "problem.bad_request": "The server did not understand this. Load the page again.",
  "problem.bio_too_long": "A biography has at most {n} characters.",
  "problem.birth_date_impossible": "This cannot be a birth date. Check day, month and year.",
  "problem.block_self": "You cannot block yourself.",
  "problem.caption_too_long": "A caption has at most {n} characters.",
  "problem.ceremony_over": "This took too long, or was done already. Please start again.",
  "problem.checksum_mismatch": "A piece was damaged on its way. Send the file again.",
  "problem.comment_empty": "Write something first.",
  "problem.comments_off": "Comments are off for this video.",
  "problem.custodian_unavailable": "Your personal data cannot be opened just now. Try again in a moment.",
  "problem.database_failed": "Something went wrong on our side. Try again in a moment.",
  "problem.decision_not_possible": "This cannot be decided here. Remove it, or keep it.",
  "problem.disk_full": "There is no room for this upload just now. Try again later.",
  "problem.door_broken": "Something that is kept sealed cannot be opened. The fault is ours.",
  "problem.fault": "Something went wrong on our side. Try again in a moment.",
  "problem.follow_self": "You cannot follow yourself.",
  "problem.forged_request": "This did not come from a page of ours, so it was not done. Load the page again.",
  "problem.handle_length": "A handle has {least} to {most} characters.",
  "problem.handle_letters":
    "A handle is made of letters a to z, digits, underscores and single dots between them, and has at least one letter.",
  "problem.handle_mismatch": "Type your own handle to delete your account.",
  "problem.handle_reserved": "This handle is kept back for the service itself. Choose another.",
  "problem.handle_taken": "Somebody has this handle already. Choose another.",
  "problem.hide_self": "You cannot hide yourself.",
  "problem.invalid_input": "Some of this cannot be accepted.",
  "problem.key_unreadable": "Your personal data cannot be opened just now. Try again in a moment.",
  "problem.language_unknown": "Name the language by its code, as in en or pt-BR.",
  "problem.media.broken": "This video is damaged and cannot be played. Export it again, or send it again.",
  "problem.media.codec_not_allowed":
    "This video is coded in a way that we do not open. Save it as H.264, HEVC, VP9 or AV1 with AAC sound and send it again.",
  "problem.media.empty": "This file is empty. Choose another one, or send it again.",
  "problem.media.failed": "Processing this video failed. It is tried again.",
  "problem.media.no_video_stream": "This file has no picture, only sound or data. Send a video.",
  "problem.media.not_a_video": "This is not a video that we can open. Send an MP4, MOV, MKV or WebM file.",
  "problem.media.quarantined":
    "Processing this video failed every time, so it was set aside. Try again, or export it in another format.",
  "problem.media.refused": "This file cannot be posted. Export the video again, or choose another.",
  "problem.media.too_long": "This video is longer than videos may be here. Shorten it and send it again.",
  "problem.media.too_many_pixels": "This picture is too large. Save it at 4K or less and send it again.",
  "problem.media.too_short": "This video is shorter than videos may be here. Send a longer one.",
  "problem.media.too_small": "This picture is too small or too narrow to be shown.",
  "problem.media.took_too_much":
    "This video needs more time or memory than one video may take. Export it again.",
  "problem.method_not_allowed": "The server does not do this here. Load the page again.",
  "problem.name_too_long": "A name has at most {n} characters.",
  "problem.not_allowed": "You may not do this.",
  "problem.not_approved":
    "This cannot be accepted: two different people sign, neither of them who asked, within a day, with passkeys that were let in.",
  "problem.not_granted": "Two approvers must sign this first, and its time must not be over.",
  "problem.not_found": "This is not there any more, or not for you.",
  "problem.not_retryable": "Only what failed can be tried again.",
  "problem.offset_conflict": "The upload stands elsewhere. It goes on from there.",
  "problem.only_way_in":
    "This is your only way in. Set a password or add another passkey first; then it can go.",
  "problem.original_gone": "The file is not kept any more. Delete this draft and send it again.",
  "problem.passkey_refused": "This passkey was not accepted. Start again, or sign in another way.",
  "problem.password_guessable":
    "This is easy to guess. Join a few words that have nothing to do with each other.",
  "problem.password_has_handle": "Your handle is public. Leave it out of your password, or add more to it.",
  "problem.password_length": "A password has {least} to {most} characters.",
  "problem.password_wrong": "This is not your current password.",
  "problem.picture_refused": "This picture cannot be used. Choose another: JPEG, PNG or WebP.",
  "problem.own_report": "Another moderator decides about what you reported.",
  "problem.piece_too_large": "This piece is larger than what is left of the upload. Send the file again.",
  "problem.piece_type": "This piece was not sent as an upload. Send the file again.",
  "problem.private_account":
    "This account is private: only followers see whom it follows and who follows it.",
  "problem.range_not_satisfiable": "This file is not that long.",
  "problem.ranker_away": "The feed is being made ready. Try again in a moment.",
  "problem.ranking_failed": "The feed could not be made. Try again in a moment.",
  "problem.region_unknown": "This service has no such region. Choose another.",
  "problem.role_needed": "This needs a role that your account does not have.",
  "problem.sign_in_needed": "Sign in to do this, or open an account.",
  "problem.sign_in_refused": "Handle and password do not fit together. Check both.",
  "problem.signup_closed": "This realm takes no new accounts now.",
  "problem.snapshot_unreadable": "Something went wrong on our side. Try again in a moment.",
  "problem.socket_wanted": "This address is a socket, not a page.",
  "problem.too_large": "This is too large to be accepted.",
  "problem.too_many_passkeys": {
    one: "An account has at most 1 passkey. Remove it first.",
    other: "An account has at most {n} passkeys. Remove one that you no longer use.",
  },
  "problem.too_many_requests": {
    one: "That was too often. Try again in a second.",
    other: "That was too often. Try again in {n} seconds.",
  },
  "problem.too_many_uploads": "Finish or remove one of your open uploads first.",
  "problem.too_young": "Accounts are for people of {n} and older. You can go on watching without one.",
  "problem.tus_version": "The server uploads in another way. Load the page again.",
  "problem.unavailable": "This part of the service is not available just now. Try again in a moment.",
  "problem.unknown_checksum":
    "This piece came with a checksum that the server does not know. Load the page again.",
  "problem.upload_busy": "This upload is being sent from another tab or device. Try again in a moment.",
  "problem.upload_cut": "The connection broke. The upload goes on from where it stood.",
  "problem.upload_lost": "The upload was never finished. Delete this draft and send the file again.",
  "problem.upload_too_large":
    "This file is larger than videos may be here. Save it smaller and send it again.",
  "problem.warden_away":
    "The part that guards personal data does not answer just now. Try again in a moment.",
};
