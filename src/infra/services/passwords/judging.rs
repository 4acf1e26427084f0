//! Whether a new password will do.
use super::{breached, normalised};
use crate::infra::web::limits;
use zxcvbn::{Entropy, Score, zxcvbn};

/// In characters, once normalised.
const SHORTEST: usize = 10;
const LONGEST: usize = limits::PASSWORD_LENGTH.size();
/// How much of it zxcvbn looks at, in characters: its time grows with the square of them and more. What is strong so far is strong.
const JUDGED: usize = 50;
/// In how many steps at least a hand makes it, where a run of neighbouring keys is one step.
const FEWEST_STEPS: usize = 8;
/// What hands run along: rows and columns of keyboards, and the alphabet.
const RUNS: [&str; 17] = [
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "1qaz",
    "2wsx",
    "3edc",
    "4rfv",
    "5tgb",
    "6yhn",
    "7ujm",
    "8ik",
    "abcdefghijklmnopqrstuvwxyz",
];
/// How much of it is looked at as a walk over the keyboard, for the same reason.
const WALKED: usize = 30;
/// The product's own name, which nobody needs to guess.
const PRODUCT: &str = "clientele";

/// What is wrong with a new password, or nothing: 10 to 128 characters; zxcvbn's score at least 3 of 4; not among the passwords that
/// were breached elsewhere, in whatever case and however divided; and strong even without `known`, the names and addresses that a
/// guesser would try first (of the person, of their organisations, of the product). Takes up to a second for some texts: see
/// [`super::pool`].
pub fn judge(password: &str, known: &[&str]) -> Option<String> {
    let password = normalised(password);
    match password.chars().count() {
        ..SHORTEST => return Some("Use at least 10 characters.".into()),
        LONGEST.. if password.chars().count() > LONGEST => return Some("Use at most 128 characters.".into()),
        _ => {}
    }
    let start: String = password.chars().take(JUDGED).collect();
    let known = words(known);
    let inputs: Vec<&str> = known.iter().map(String::as_str).collect();
    if let Some(hint) = weakness(&zxcvbn(&start, &inputs)) {
        return Some(format!("This password is easy to guess. {hint}"));
    }
    // A walk over the keyboard is one with the shift key held, too. Whoever walks that far is weak so far.
    let start: String = start.chars().take(WALKED).collect();
    let plain = unshifted(&start);
    if steps(&letters_and_digits(&plain)) < FEWEST_STEPS {
        return Some("This password is easy to guess. Keys that lie side by side count as one.".into());
    }
    if plain != start && weakness(&zxcvbn(&plain, &inputs)).is_some() {
        return Some("This password is easy to guess. Symbols in place of digits hardly help.".into());
    }
    if breached::knows(&letters_and_digits(&unshifted(&password))) {
        return Some(
            "This password, or one like it, is on lists of passwords stolen elsewhere. Choose another."
                .into(),
        );
    }
    let plain = letters_and_digits(&unshifted(&password.chars().take(JUDGED).collect::<String>()));
    let rest = known.iter().fold(plain.clone(), |rest, word| rest.replace(word.as_str(), ""));
    if rest != plain && weakness(&zxcvbn(&rest, &inputs)).is_some() {
        let problem = "This password is made of names that are easy to guess. Add words that have nothing to do with you or your organisation.";
        return Some(problem.into());
    }
    None
}

/// What to do better, where the score is below 3.
fn weakness(entropy: &Entropy) -> Option<String> {
    if entropy.score() >= Score::Three {
        return None;
    }
    let hint = entropy.feedback().and_then(|f| {
        f.warning().map(|w| w.to_string()).or_else(|| f.suggestions().first().map(ToString::to_string))
    });
    Some(hint.unwrap_or_else(|| "Add another word or two that don't belong together.".into()))
}

/// The words of the names and addresses, and each as one word: the longest first. Shorter ones stand in too many other words.
fn words(known: &[&str]) -> Vec<String> {
    let mut words = vec![PRODUCT.to_owned()];
    for text in known {
        let text = normalised(text).to_lowercase();
        let parts = text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned);
        words.extend(
            parts.chain([letters_and_digits(&text), text.clone()]).filter(|word| word.chars().count() >= 3),
        );
    }
    words.sort_by_key(|word| (std::cmp::Reverse(word.chars().count()), word.clone()));
    words.dedup();
    words
}

/// How many keys it takes, where three or more along a run, or of the same kind, are one.
fn steps(plain: &str) -> usize {
    let keys: Vec<char> = plain.chars().collect();
    let (mut at, mut steps) = (0, 0);
    while at < keys.len() {
        let run = (3..=keys.len() - at).take_while(|length| is_run(&keys[at..at + length])).last();
        at += run.unwrap_or(1);
        steps += 1;
    }
    steps
}

fn is_run(keys: &[char]) -> bool {
    let (there, back): (String, String) = (keys.iter().collect(), keys.iter().rev().collect());
    keys.iter().all(|key| *key == keys[0])
        || RUNS.iter().any(|run| run.contains(&there) || run.contains(&back))
}

/// In lower case, and with the digits that symbols share a key with on the most common keyboard.
pub(super) fn unshifted(password: &str) -> String {
    let digit = |c: char| match c {
        '!' => '1',
        '@' => '2',
        '#' => '3',
        '$' => '4',
        '%' => '5',
        '^' => '6',
        '&' => '7',
        '*' => '8',
        '(' => '9',
        ')' => '0',
        other => other,
    };
    password.to_lowercase().chars().map(digit).collect()
}

/// Without what people divide words by.
pub(super) fn letters_and_digits(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn weak_passwords_are_refused_with_a_reason() {
        for weak in ["short", &"a".repeat(129), "password1234", "cafe\u{301}xy9!k"] {
            assert!(judge(weak, &[]).is_some(), "{weak}");
        }
        assert!(judge("ada@acme.test", &["ada@acme.test"]).is_some());
        for strong in
            ["brisk-otter-lantern", "quiet-marble-walnut-77", "violet-harbour-signal", "k9$vQx2#Lp@w"]
        {
            assert_eq!(judge(strong, &["Ada Park", "ada@acme.test", "Acme"]), None, "{strong}");
        }
    }

    #[test]
    fn what_was_stolen_elsewhere_is_refused_however_it_is_written() {
        for known in [
            "correcthorsebatterystaple",
            "Correct-Horse-Battery-Staple",
            "correct horse battery staple 1",
            "correcthorsebatterystaple2026!",
            "!QAZ2wsx#EDC4rfv",
            "1qaz@WSX3edc$RFV",
            "123qwe!@#QWE456",
            "!@#$%^&*()qwertyuiop",
            "qwe123!@#ASD456",
            "zaq1@WSX#edc4RFV",
            "poiuytLKJH!!!!!!0987",
        ] {
            assert!(judge(known, &[]).is_some(), "{known}");
        }
    }

    #[test]
    fn names_that_are_known_make_no_password() {
        let known = ["Carol Winter", "carol@northwind.test", "Acme", "Northwind Traders", "Insights"];
        for named in [
            "Northwind-portal-2026",
            "clientele-acme-2026",
            "NorthwindTraders!2026",
            "acme.northwind.portal",
            "carol-winter-1984",
            "Insights@Northwind1",
        ] {
            assert!(judge(named, &known).is_some(), "{named}");
        }
        // A name beside words that have nothing to do with it does no harm.
        assert_eq!(judge("northwind violet harbour lantern", &known), None);
    }

    #[test]
    fn the_hardest_text_known_is_judged_in_bounded_time() {
        let hard: String = "4@8({[<369&#!1/|0$5+7%2".repeat(6).chars().take(128).collect();
        let began = Instant::now();
        judge(&hard, &["Ada Park", "ada@acme.test"]);
        // A quarter of a second, where nothing else is done: the machine may be busy.
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    }
}
