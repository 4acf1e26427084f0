//! A person's whole name in one cell, into first and last.

/// What follows a name after a comma and is no first name, in lower case and without dots.
const SUFFIXES: [&str; 16] =
    ["jr", "sr", "ii", "iii", "iv", "phd", "md", "dds", "esq", "cpa", "mba", "msc", "bsc", "ba", "ma", "pe"];

/// First and last name. "Last, First" is turned; otherwise the last word is the last name.
pub fn split(whole: &str) -> (String, String) {
    let mut parts: Vec<&str> = whole.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let mut suffixes = vec![];
    while let Some(suffix) =
        parts.pop_if(|part| SUFFIXES.contains(&part.replace('.', "").to_lowercase().as_str()))
    {
        suffixes.insert(0, suffix);
    }
    let (first, last) = match parts.as_slice() {
        [last, first] => (*first, *last),
        [name] => {
            name.rsplit_once(char::is_whitespace).map_or((*name, ""), |(first, last)| (first.trim(), last))
        }
        _ => {
            return whole
                .rsplit_once(char::is_whitespace)
                .map_or((whole.to_owned(), String::new()), |(first, last)| {
                    (first.trim().to_owned(), last.to_owned())
                });
        }
    };
    let last = std::iter::once(last).filter(|last| !last.is_empty()).chain(suffixes).collect::<Vec<_>>();
    (first.to_owned(), last.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_names_are_split_and_turned() {
        for (whole, first, last) in [
            ("Ada King Lovelace", "Ada King", "Lovelace"),
            ("Lovelace, Ada", "Ada", "Lovelace"),
            ("van der Berg, Anna Maria", "Anna Maria", "van der Berg"),
            ("Martin Luther King, Jr.", "Martin Luther", "King, Jr."),
            ("Lovelace, Ada, Ph.D.", "Ada", "Lovelace, Ph.D."),
            ("Cher", "Cher", ""),
            ("Jr.", "Jr.", ""),
            ("", "", ""),
            ("a, b, c", "a, b,", "c"),
            (",", ",", ""),
        ] {
            assert_eq!(split(whole), (first.to_owned(), last.to_owned()), "{whole}");
        }
    }
}
