//! Several names in one text: a cell of a file, a line of a form.
use std::collections::HashSet;

/// What stands between two names. People write any of them; [`written`] writes a comma.
const BETWEEN: [char; 3] = [',', ';', '\n'];

/// Names as one text that [`read`] takes apart into the same names. A name with a separator in it stands between quotation marks, in
/// which a quotation mark is doubled, as in CSV (RFC 4180).
pub fn written<T: AsRef<str>>(names: &[T]) -> String {
    let name = |name: &T| {
        let name = name.as_ref();
        if name.contains(BETWEEN) || name.starts_with('"') {
            format!("\"{}\"", name.replace('"', "\"\""))
        } else {
            name.to_owned()
        }
    };
    names.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// The names in a text, each once, in the order written: between commas, semicolons or line breaks. A name may stand between quotation
/// marks; a quotation mark anywhere else is a part of the name (`6" pipe`).
pub fn read(text: &str) -> Vec<String> {
    let (mut found, mut known) = (vec![], HashSet::new());
    let mut rest = text;
    while !rest.is_empty() {
        let (name, after) = quoted(rest).unwrap_or_else(|| plain(rest));
        let name = name.trim();
        if !name.is_empty() && known.insert(name.to_owned()) {
            found.push(name.to_owned());
        }
        rest = after;
    }
    found
}

fn plain(text: &str) -> (String, &str) {
    let (name, after) = text.split_once(BETWEEN).unwrap_or((text, ""));
    (name.to_owned(), after)
}

/// A name between quotation marks and what comes after its separator; `None` where the marks are not around a whole name.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut rest = text.trim_start().strip_prefix('"')?;
    let mut name = String::new();
    loop {
        let (part, after) = rest.split_once('"')?;
        name.push_str(part);
        let Some(more) = after.strip_prefix('"') else {
            let after = after.trim_start_matches([' ', '\t']);
            let end = if after.is_empty() { Some("") } else { after.strip_prefix(BETWEEN) };
            return end.map(|end| (name, end));
        };
        name.push('"');
        rest = more;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_between_commas_semicolons_or_lines() {
        assert_eq!(read(" a, b;c\nd,, a "), ["a", "b", "c", "d"]);
        assert_eq!(
            read(r#""Fruit, fresh", 6" pipe, "x" y, "open"#),
            ["Fruit, fresh", "6\" pipe", "\"x\" y", "\"open"]
        );
        assert_eq!(written(&["Fruit, fresh", "plain", "6\" pipe"]), r#""Fruit, fresh", plain, 6" pipe"#);
        assert_eq!(read(""), [""; 0]);
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read_again(names in proptest::collection::vec(r#"[a-c,;" ]{0,6}|.{0,9}"#, 0..5)) {
            let mut kept: Vec<String> = vec![];
            for name in names {
                let name = name.trim().to_owned();
                if !name.is_empty() && !kept.contains(&name) {
                    kept.push(name);
                }
            }
            proptest::prop_assert_eq!(read(&written(&kept)), kept);
        }
    }
}
