//! Charts drawn on the server as SVG: lengths are shares of the room there is, so text keeps its size at every width.
use askama::Template;

/// One line of a list of bars.
#[derive(Clone, Debug)]
pub struct Bar {
    pub label: String,
    pub value: u64,
    /// Where the label leads: usually a list with this filter. Empty: nowhere.
    pub url: String,
}

/// Named amounts, one under the other, to be compared at a glance. Write `{{ bars }}` in a template.
#[derive(Clone, Debug, Template)]
#[template(path = "shared/charts/bars.html")]
pub struct BarList {
    pub title: String,
    pub bars: Vec<Bar>,
}

impl BarList {
    fn share(&self, bar: &Bar) -> String {
        let largest = self.bars.iter().map(|bar| bar.value).max().unwrap_or(0);
        percent(bar.value, largest)
    }

    fn percentage(&self, bar: &Bar) -> u64 {
        let total: u64 = self.bars.iter().map(|bar| bar.value).sum();
        (bar.value * 100 + total / 2).checked_div(total).unwrap_or(0)
    }
}

/// How the series of a chart over time stand to one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Columns side by side.
    Grouped,
    /// Columns on top of one another.
    Stacked,
    /// A line each.
    Lines,
}

/// A row of numbers, one for each label of its chart.
#[derive(Clone, Debug)]
pub struct Series {
    pub name: String,
    pub values: Vec<u64>,
}

impl Series {
    /// Its name over a column: "New" of "new".
    fn heading(&self) -> String {
        let mut letters = self.name.chars();
        letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
    }
}

/// Amounts over time, with the numbers as a table underneath. Write `{{ chart }}` in a template.
#[derive(Clone, Debug, Template)]
#[template(path = "shared/charts/over_time.html")]
pub struct OverTime {
    pub title: String,
    /// "Jan", "Feb", …
    pub labels: Vec<String>,
    pub series: Vec<Series>,
    pub form: Form,
}

/// A column of the chart, in shares of the plot.
struct Column {
    class: usize,
    x: String,
    y: String,
    width: String,
    height: String,
    label: String,
}

impl OverTime {
    const HEIGHT: u64 = 160;

    /// "New by month: Jan 2 new, 1 churned; …" for those who do not see the drawing.
    fn description(&self) -> String {
        let months = self.labels.iter().enumerate().map(|(index, label)| {
            let numbers: Vec<String> =
                self.series.iter().map(|series| format!("{} {}", at(series, index), series.name)).collect();
            format!("{label} {}", numbers.join(", "))
        });
        format!("{}: {}", self.title, months.collect::<Vec<_>>().join("; "))
    }

    fn ticks(&self) -> Vec<u64> {
        let sum = |index| self.series.iter().map(|series| at(series, index)).sum::<u64>();
        let highest = |index| self.series.iter().map(|series| at(series, index)).max().unwrap_or(0);
        let tops =
            (0..self.labels.len()).map(|i| if self.form == Form::Stacked { sum(i) } else { highest(i) });
        ticks(tops.max().unwrap_or(0))
    }

    fn top(&self) -> u64 {
        self.ticks().last().copied().unwrap_or(1)
    }

    fn tick_y(&self, tick: &u64) -> u64 {
        Self::HEIGHT - tick * Self::HEIGHT / self.top()
    }

    fn label_x(&self, index: &usize) -> String {
        share((*index as f64 + 0.5) / self.labels.len() as f64)
    }

    /// Whether there is room for this label: about twelve fit on the smallest screen.
    fn has_room(&self, index: &usize) -> bool {
        index.is_multiple_of(self.labels.len().div_ceil(12).max(1))
    }

    fn columns(&self) -> Vec<Column> {
        let (top, slots) = (self.top() as f64, self.labels.len() as f64);
        let side_by_side = if self.form == Form::Grouped { self.series.len().max(1) as f64 } else { 1.0 };
        let width = 0.7 / slots / side_by_side;
        let mut columns = Vec::new();
        for (index, label) in self.labels.iter().enumerate() {
            let mut below = 0.0;
            for (place, series) in self.series.iter().enumerate() {
                let value = at(series, index);
                let height = value as f64 / top;
                let beside = if self.form == Form::Grouped { place as f64 } else { 0.0 };
                columns.push(Column {
                    class: place + 1,
                    x: share((index as f64 + 0.15) / slots + beside * width),
                    y: share(1.0 - height - below),
                    width: share(width * 0.94),
                    height: share(height),
                    label: format!("{label}: {value} {}", series.name),
                });
                if self.form == Form::Stacked {
                    below += height;
                }
            }
        }
        columns
    }

    /// The corners of a line in a plot of 100 by 100.
    fn points(&self, series: &Series) -> String {
        let (top, slots) = (self.top() as f64, self.labels.len() as f64);
        let point = |index: usize| {
            let (x, y) = ((index as f64 + 0.5) / slots, 1.0 - at(series, index) as f64 / top);
            format!("{:.2},{:.2}", x * 100.0, y * 100.0)
        };
        (0..self.labels.len()).map(point).collect::<Vec<_>>().join(" ")
    }

    fn value(&self, series: &Series, index: &usize) -> u64 {
        at(series, *index)
    }

    fn total(&self, series: &Series) -> u64 {
        series.values.iter().sum()
    }
}

impl askama::filters::HtmlSafe for BarList {}
impl askama::filters::HtmlSafe for OverTime {}

fn at(series: &Series, index: usize) -> u64 {
    series.values.get(index).copied().unwrap_or(0)
}

fn share(part: f64) -> String {
    format!("{:.2}%", part * 100.0)
}

fn percent(value: u64, largest: u64) -> String {
    if largest == 0 { share(0.0) } else { share(value as f64 / largest as f64) }
}

/// Round numbers from 0 to just over `highest`, at most six.
fn ticks(highest: u64) -> Vec<u64> {
    let mut step = 1_u64;
    for factor in
        [2, 5, 10].into_iter().cycle().enumerate().map(|(round, f)| 10_u64.pow(round as u32 / 3) * f)
    {
        if step.saturating_mul(5) >= highest || factor > u64::MAX / 100 {
            break;
        }
        step = factor;
    }
    (0..=highest.div_ceil(step).max(1)).map(|index| index * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn chart(form: Form) -> OverTime {
        let series = |name: &str, values: &[u64]| Series { name: name.into(), values: values.into() };
        OverTime {
            title: "New and churned".into(),
            labels: vec!["Jan".into(), "Feb".into()],
            series: vec![series("new", &[10, 5]), series("churned", &[5, 0])],
            form,
        }
    }

    #[test]
    fn ticks_are_round_and_reach_over_the_highest() {
        assert_eq!(ticks(0), [0, 1]);
        assert_eq!(ticks(4), [0, 1, 2, 3, 4]);
        assert_eq!(ticks(10), [0, 2, 4, 6, 8, 10]);
        assert_eq!(ticks(23), [0, 5, 10, 15, 20, 25]);
        assert_eq!(ticks(1_234), [0, 500, 1_000, 1_500]);
    }

    #[test]
    fn grouped_columns_stand_side_by_side() {
        let columns = chart(Form::Grouped).columns();
        assert_eq!((columns[0].y.as_str(), columns[0].height.as_str()), ("0.00%", "100.00%"));
        assert_eq!((columns[1].y.as_str(), columns[1].height.as_str()), ("50.00%", "50.00%"));
        assert_eq!((columns[0].x.as_str(), columns[1].x.as_str()), ("7.50%", "25.00%"));
    }

    #[test]
    fn stacked_columns_stand_on_one_another() {
        let columns = chart(Form::Stacked).columns();
        assert_eq!(chart(Form::Stacked).top(), 15);
        assert_eq!((columns[0].x.as_str(), columns[1].x.as_str()), ("7.50%", "7.50%"));
        assert_eq!((columns[0].y.as_str(), columns[1].y.as_str()), ("33.33%", "0.00%"));
    }

    #[test]
    fn lines_go_through_the_middle_of_their_slots() {
        let chart = chart(Form::Lines);
        assert_eq!(chart.points(&chart.series[0]), "25.00,0.00 75.00,50.00");
    }

    #[test]
    fn the_drawing_is_described_and_escaped() {
        let mut chart = chart(Form::Grouped);
        chart.title = "<New>".into();
        let html = chart.render().expect("a chart");
        assert!(html.contains("Jan 10 new, 5 churned; Feb 5 new, 0 churned"));
        assert!(!html.contains("<New>") && !html.contains("style="));
    }

    #[test]
    fn bars_are_shares_of_the_largest_and_percentages_of_the_sum() {
        let bar = |value| Bar { label: "Active".into(), value, url: String::new() };
        let list = BarList { title: "Stages".into(), bars: vec![bar(30), bar(10), bar(0)] };
        assert_eq!(list.share(&list.bars[1]), "33.33%");
        assert_eq!(list.percentage(&list.bars[1]), 25);
        let none = BarList { title: "Stages".into(), bars: vec![bar(0)] };
        assert_eq!((none.share(&none.bars[0]), none.percentage(&none.bars[0])), ("0.00%".into(), 0));
    }

    proptest! {
        #[test]
        fn every_number_has_its_ticks(highest in 0_u64..1_000_000_000_000) {
            let ticks = ticks(highest);
            prop_assert!(ticks.len() <= 6 && ticks.last() >= Some(&highest), "{ticks:?}");
        }
    }
}
