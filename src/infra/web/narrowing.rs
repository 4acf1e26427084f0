//! What a list is narrowed to and ordered by: the form above it, and what is on, each with the way to take it off.

/// The parameters of a list: name and value, a name as often as it has values.
pub type Pairs = Vec<(&'static str, String)>;

/// A filter that can be set.
pub struct Filter {
    /// Its parameter.
    pub name: &'static str,
    pub label: &'static str,
    /// Values with their names.
    pub options: Vec<(String, String)>,
}

/// A filter that is on.
pub struct Chip {
    pub label: &'static str,
    pub value: String,
    /// The list without it.
    pub url: String,
}

/// An order that can be chosen.
pub struct Order {
    /// As the URL has it; empty for the usual one.
    pub value: &'static str,
    pub label: &'static str,
    pub is_on: bool,
}

/// Everything above a list that decides which rows it has.
pub struct Narrowing {
    /// The list with nothing set.
    pub all: String,
    /// What the form carries along: all that is on, but for the order.
    pub kept: Pairs,
    /// What can be set besides.
    pub filters: Vec<Filter>,
    pub chips: Vec<Chip>,
    pub orders: Vec<Order>,
}

impl Narrowing {
    /// For a list with these parameters; `url` gives its address with a query string. `named` are parameters that are no filter of the
    /// form and have a chip nevertheless: with their label, and with their value in words.
    pub fn new(
        pairs: Pairs,
        mut filters: Vec<Filter>,
        orders: Vec<Order>,
        named: &[(&str, &'static str, String)],
        url: impl Fn(&str) -> String,
    ) -> Self {
        let mut chips = vec![];
        for (name, value) in &pairs {
            let filter = filters.iter().find(|filter| filter.name == *name);
            let chip = match (named.iter().find(|(of, ..)| of == name), filter) {
                (Some((_, label, words)), _) => (*label, words.clone()),
                (None, Some(filter)) => {
                    let known = filter.options.iter().find(|(code, _)| code == value);
                    (filter.label, known.map_or_else(|| "no longer there".into(), |(_, name)| name.clone()))
                }
                (None, None) => continue,
            };
            chips.push(Chip { label: chip.0, value: chip.1, url: url(&without(&pairs, name, value)) });
        }
        for filter in &mut filters {
            filter.options.retain(|(code, _)| !pairs.iter().any(|(n, v)| *n == filter.name && v == code));
        }
        filters.retain(|filter| !filter.options.is_empty());
        let kept = pairs.into_iter().filter(|(name, _)| *name != "sort").collect();
        Self { all: url(""), kept, filters, chips, orders }
    }
}

/// The query string without one value.
pub fn without(pairs: &Pairs, name: &str, value: &str) -> String {
    let left: Vec<_> = pairs.iter().filter(|(n, v)| !(*n == name && v == value)).collect();
    serde_html_form::to_string(left).unwrap_or_default()
}

/// The query string with one parameter set to this and nothing else; an empty value takes it off.
pub fn with(pairs: &Pairs, name: &str, value: &str) -> String {
    let mut pairs: Vec<(&str, &str)> =
        pairs.iter().filter(|(n, _)| *n != name).map(|(n, v)| (*n, v.as_str())).collect();
    if !value.is_empty() {
        pairs.push((name, value));
    }
    serde_html_form::to_string(pairs).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn narrowed(pairs: Pairs) -> Narrowing {
        let options = vec![("a".to_owned(), "Active".to_owned()), ("c".to_owned(), "Churned".to_owned())];
        let stage = Filter { name: "stage", label: "Stage", options };
        Narrowing::new(pairs, vec![stage], vec![], &[("q", "Search", "north".into())], |query| {
            format!("/list?{query}")
        })
    }

    #[test]
    fn what_is_on_has_a_chip_and_is_not_offered_again() {
        let found = narrowed(vec![("q", "north".into()), ("stage", "c".into()), ("sort", "-name".into())]);
        let chips: Vec<_> = found.chips.iter().map(|c| (c.label, c.value.as_str(), c.url.as_str())).collect();
        assert_eq!(
            chips,
            [
                ("Search", "north", "/list?stage=c&sort=-name"),
                ("Stage", "Churned", "/list?q=north&sort=-name")
            ]
        );
        assert_eq!(found.filters[0].options, [("a".to_owned(), "Active".to_owned())]);
        assert_eq!(found.kept, [("q", "north".to_owned()), ("stage", "c".to_owned())]);
        assert_eq!(found.all, "/list?");
    }

    #[test]
    fn a_filter_with_all_its_values_on_is_not_offered() {
        let found = narrowed(vec![("stage", "a".into()), ("stage", "c".into()), ("stage", "gone".into())]);
        assert!(found.filters.is_empty());
        assert_eq!(found.chips[2].value, "no longer there");
    }

    #[test]
    fn a_parameter_is_set_once() {
        let pairs = vec![("stage", "a".to_owned()), ("stage", "c".to_owned())];
        assert_eq!(with(&pairs, "stage", "x"), "stage=x");
        assert_eq!(with(&pairs, "stage", ""), "");
        assert_eq!(without(&pairs, "stage", "a"), "stage=c");
    }
}
