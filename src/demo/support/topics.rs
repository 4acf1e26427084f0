//! What customers ask, and what staff say to it. `{}` is one of the tenant's products.

/// A subject with the words that are said about it.
pub struct Topic {
    pub subject: &'static str,
    pub question: &'static str,
    /// The first answer, which asks something back.
    pub answer: &'static str,
    pub back: &'static str,
    /// What ends it.
    pub end: &'static str,
    pub note: &'static str,
}

/// An answer that staff give often.
pub struct SavedText(pub &'static str, pub &'static str);

const fn topic(
    subject: &'static str,
    question: &'static str,
    answer: &'static str,
    back: &'static str,
    end: &'static str,
    note: &'static str,
) -> Topic {
    Topic { subject, question, answer, back, end, note }
}

/// What the customers of a tenant ask.
pub fn of_tenant(number: usize) -> &'static [Topic] {
    if number == 0 { ENGLISH } else { GERMAN }
}

/// What the staff of a tenant keep at hand.
pub fn saved(number: usize) -> &'static [SavedText] {
    if number == 0 { SAVED_ENGLISH } else { SAVED_GERMAN }
}

static ENGLISH: &[Topic] = &[
    topic(
        "{} signs me out every few minutes",
        "Since this morning {} asks me for my password again and again, about every five minutes. My colleague at the next desk has the same.",
        "Thank you for telling us. Which browser do you use, and does it happen in a private window as well?",
        "Firefox, the newest one. In a private window it does not happen.",
        "Then it is an old cookie. Please clear the cookies of our site once; after that you stay signed in for the day as before.",
        "Third report this week. All came from the old single sign-on.",
    ),
    topic(
        "Invoice shows the wrong VAT number",
        "Our last invoice for {} carries the VAT number of our old company. Our accountants can't book it like this.",
        "We have corrected the number in your billing address. Shall we send the invoice again, or cancel it and make a new one?",
        "A new one, please. The old one was never booked.",
        "The new invoice is on its way to your accounts department, and the old one is cancelled.",
        "Checked with finance: a cancellation is fine, it is the same quarter.",
    ),
    topic(
        "How do I add two colleagues?",
        "We have two new people in the warehouse who should work with {} from Monday. What do I have to do?",
        "You can invite them yourself under Team. Should they see prices, or only stock?",
        "Only stock. Prices stay with purchasing.",
        "Then choose the role Viewer when you invite them. You can change it at any time.",
        "They have four seats left on the contract.",
    ),
    topic(
        "Export from {} stops halfway",
        "When I export all of last year the file ends in August, without an error. Smaller ranges work.",
        "We could see the same here. How many rows do you expect, roughly?",
        "About 180,000. Up to August it is a little over 100,000.",
        "The export stopped at 100,000 rows. We have raised the limit today; please try it once more.",
        "Engineering knows: the limit was set for the old file format.",
    ),
    topic(
        "Delivery of the scanners",
        "We were told that the scanners would arrive last week. Nothing has come so far, and nobody could tell us when.",
        "I am sorry about that. I have asked the carrier and tell you as soon as I know more. Is somebody there to receive them on Saturday?",
        "Yes, the gate is open until noon.",
        "They were delivered this morning and signed for at the gate. Thank you for your patience.",
        "Carrier lost one pallet. Second shipment is free of charge.",
    ),
    topic(
        "{} is slow in the afternoon",
        "Between two and four in the afternoon every page of {} takes ten seconds and more. In the morning all is well.",
        "Thank you. We are measuring it today. Does it concern all of you, or one site only?",
        "Only the branch. The head office says that it is quick.",
        "The line of your branch is saturated by a backup that begins at two. Moving it to the night will help.",
        "Latency from their branch is 400 ms at 14:10, 20 ms at 9:00.",
    ),
    topic(
        "Question about the renewal",
        "Our contract for {} ends in two months. What would it cost if we took thirty seats instead of twenty?",
        "Gladly. Thirty seats come with 10% off the price of each. Shall I send you an offer for one year, or for three?",
        "Both, if you can. The board decides on the 20th.",
        "Both offers are in your mailbox. We are looking forward to your decision.",
        "Talk to the owner before going below 10%.",
    ),
    topic(
        "Cannot open the attachment of last week",
        "The PDF with the report can't be opened. It says that the file is damaged.",
        "We have made the report again and attached it here. Does this one open?",
        "Yes, this one is fine.",
        "Good. The first one was cut off by our mail server; that is repaired now.",
        "",
    ),
    topic(
        "Please change our billing address",
        "We are moving on the first of next month. The new address stands below. Does it also change where {} is delivered?",
        "Noted. Shall deliveries go to the new address from the same day on?",
        "From the first, yes. Until then to the old one.",
        "Both addresses change on the first. You will see them on the next invoice.",
        "Tax rate changes too: another state.",
    ),
    topic(
        "API returns 401 since the update",
        "Our integration with {} gets 401 for every call since last night. The key has not changed on our side.",
        "Keys that were made before 2023 expired last night. Do you see the mail of four weeks ago about it?",
        "It went to somebody who has left. How do we get a new key?",
        "You find it under Settings, Keys. The old one works until Friday, so that you can change over in peace.",
        "Mail went to a former employee; asked them to name a new technical contact.",
    ),
    topic(
        "Training for new people",
        "Three people have joined us and need an introduction to {}. When would that be possible?",
        "We have dates on Tuesday and Thursday. Would an hour by video be enough, or should we come to you?",
        "Video is fine. Thursday, after ten.",
        "Thursday at half past ten it is. The invitation is in your calendars.",
        "",
    ),
    topic(
        "Numbers in the dashboard do not add up",
        "The dashboard of {} says 1,204 orders for last month, the list says 1,187. Which one is right?",
        "The list. The dashboard counts cancelled orders as well. Would you like it to leave them out?",
        "Yes, that is what everybody here expects.",
        "You can choose that now under the gear beside the chart. We have switched it for your account.",
        "Same wish from four others: told product.",
    ),
    topic(
        "Labels are printed twice",
        "Each label of {} comes out of the printer twice since we have the new driver.",
        "Please look at the preferences of the printer: is \"Copies\" set to 2 there?",
        "It was. How embarrassing.",
        "Not at all: the driver sets it by itself. We have told its maker.",
        "",
    ),
    topic(
        "Can we have read-only access for our auditor?",
        "Our auditor needs to see all orders of last year in {} for two weeks, without being able to change any.",
        "Yes. Tell us the auditor's name and address, and we will set it up. Which two weeks?",
        "The first two of next month. The address follows by phone.",
        "The account is ready and ends by itself after two weeks.",
        "Checked the request by phone with the account owner.",
    ),
    topic(
        "Thank you, and one wish",
        "We have been using {} for a year now and are very happy. One wish: could the search remember what I looked for last?",
        "What a kind message, thank you. We have written your wish down. Would the last five searches do?",
        "Five would be perfect.",
        "It comes with the release of next month. We will write to you when it is there.",
        "",
    ),
];

static GERMAN: &[Topic] = &[
    topic(
        "{} meldet uns ständig ab",
        "Seit heute früh müssen wir uns in {} alle paar Minuten neu anmelden. Das betrifft drei Arbeitsplätze.",
        "Danke für den Hinweis. Tritt es auch in einem privaten Fenster auf?",
        "Nein, dort nicht.",
        "Dann hilft es, die Cookies unserer Seite einmal zu löschen. Danach bleiben Sie wieder den ganzen Tag angemeldet.",
        "Dritter Fall diese Woche, immer die alte Anmeldung.",
    ),
    topic(
        "Falsche USt-IdNr. auf der Rechnung",
        "Auf der letzten Rechnung für {} steht noch unsere alte USt-IdNr. So kann die Buchhaltung sie nicht verbuchen.",
        "Wir haben die Nummer berichtigt. Sollen wir stornieren und neu ausstellen?",
        "Bitte neu ausstellen.",
        "Die neue Rechnung ist unterwegs, die alte ist storniert.",
        "Mit der Buchhaltung geklärt: gleiches Quartal, Storno möglich.",
    ),
    topic(
        "Zwei neue Kollegen freischalten",
        "Ab Montag arbeiten zwei neue Kollegen mit {}. Was müssen wir tun?",
        "Sie können beide unter Team selbst einladen. Sollen sie Preise sehen?",
        "Nein, nur Bestände.",
        "Dann wählen Sie beim Einladen die Rolle Betrachter. Sie lässt sich jederzeit ändern.",
        "Vier Plätze sind noch frei.",
    ),
    topic(
        "Export aus {} bricht ab",
        "Der Export des ganzen Jahres endet im August, ohne Fehlermeldung.",
        "Das konnten wir nachstellen. Mit wie vielen Zeilen rechnen Sie?",
        "Mit etwa 180.000.",
        "Der Export hörte bei 100.000 Zeilen auf. Die Grenze ist seit heute höher; bitte versuchen Sie es noch einmal.",
        "Entwicklung weiß Bescheid.",
    ),
    topic(
        "Lieferung verspätet",
        "Die zugesagte Lieferung ist bis heute nicht eingetroffen. Wann dürfen wir damit rechnen?",
        "Das tut uns leid, wir fragen beim Spediteur nach. Ist am Samstag jemand da?",
        "Ja, bis zwölf Uhr.",
        "Die Ware wurde heute früh zugestellt. Vielen Dank für Ihre Geduld.",
        "Eine Palette ging verloren, Nachlieferung kostenfrei.",
    ),
    topic(
        "{} ist nachmittags langsam",
        "Zwischen 14 und 16 Uhr braucht jede Seite von {} zehn Sekunden.",
        "Wir messen das heute. Betrifft es alle Standorte?",
        "Nur die Niederlassung.",
        "Eine Sicherung lastet dort ab 14 Uhr die Leitung aus. Nachts stört sie niemanden.",
        "",
    ),
    topic(
        "Frage zur Verlängerung",
        "Unser Vertrag über {} endet in zwei Monaten. Was kosten dreißig statt zwanzig Plätze?",
        "Ab dreißig Plätzen sind es 10 % weniger. Sollen wir Ihnen ein Angebot über ein Jahr oder über drei schicken?",
        "Gern beide.",
        "Beide Angebote liegen in Ihrem Postfach.",
        "Unter 10 % nur nach Rücksprache.",
    ),
    topic(
        "Neue Rechnungsanschrift",
        "Wir ziehen zum nächsten Ersten um. Ändert sich damit auch die Lieferanschrift für {}?",
        "Notiert. Sollen die Lieferungen ab demselben Tag an die neue Anschrift gehen?",
        "Ja, ab dem Ersten.",
        "Beide Anschriften ändern sich zum Ersten.",
        "",
    ),
    topic(
        "Schulung für neue Mitarbeiter",
        "Drei neue Mitarbeiter brauchen eine Einführung in {}. Wann wäre das möglich?",
        "Dienstag oder Donnerstag. Genügt eine Stunde per Video?",
        "Ja, Donnerstag ab zehn.",
        "Donnerstag um halb elf. Die Einladung ist verschickt.",
        "",
    ),
    topic(
        "Zahlen in der Übersicht stimmen nicht",
        "Die Übersicht von {} zeigt 1.204 Aufträge, die Liste 1.187. Was stimmt?",
        "Die Liste. Die Übersicht zählt Stornos mit. Sollen wir sie weglassen?",
        "Ja, bitte.",
        "Das lässt sich jetzt am Zahnrad neben dem Diagramm einstellen; bei Ihnen ist es schon so.",
        "Vier andere wünschen dasselbe.",
    ),
];

static SAVED_ENGLISH: &[SavedText] = &[
    SavedText(
        "Ask for a screenshot",
        "Thank you for writing to us. Could you send us a screenshot of what you see, and tell us at what time it happened?",
    ),
    SavedText(
        "Clear the cookies",
        "Please clear the cookies of our site once: in the browser's settings, under Privacy. After that, sign in again.",
    ),
    SavedText(
        "Invoice sent again",
        "We have sent the invoice again to the address that you gave us for billing. It should be with you within minutes.",
    ),
    SavedText(
        "No answer for a week",
        "We have not heard from you for a week, so we think that all is well and solve this ticket. A reply opens it again.",
    ),
    SavedText(
        "Passed on to engineering",
        "We could see the same here and have passed it on to our engineers. You will hear from us as soon as there is news.",
    ),
];

static SAVED_GERMAN: &[SavedText] = &[
    SavedText(
        "Bildschirmfoto erbitten",
        "Vielen Dank für Ihre Nachricht. Können Sie uns ein Bildschirmfoto schicken und sagen, um welche Uhrzeit es war?",
    ),
    SavedText(
        "Cookies löschen",
        "Bitte löschen Sie einmal die Cookies unserer Seite und melden Sie sich danach neu an.",
    ),
    SavedText(
        "Rechnung erneut gesendet",
        "Wir haben die Rechnung noch einmal an Ihre Rechnungsadresse geschickt.",
    ),
    SavedText(
        "Eine Woche ohne Antwort",
        "Da wir eine Woche nichts gehört haben, betrachten wir das Anliegen als gelöst. Eine Antwort öffnet es wieder.",
    ),
];
