//! Chance that falls the same each time: SplitMix64, because `rand` promises the same numbers for one version of itself only.
use uuid::Uuid;

/// A source of numbers that its seed decides.
#[derive(Clone, Debug)]
pub struct Dice(u64);

/// A number spread over all 64 bits.
fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Dice {
    /// Dice for one record: they do not depend on what was made before it.
    pub fn of(world: u64, record: u64) -> Self {
        Self(mix(mix(world) ^ record.wrapping_mul(0xd134_2543_de82_ef95)))
    }

    /// The next 64 bits.
    pub fn roll(&mut self) -> u64 {
        let value = mix(self.0);
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        value
    }

    /// A number from 0 to `n` - 1; 0 where `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.roll()) * n as u128) >> 64) as usize
    }

    /// A number from `from` to `to`, both included.
    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        from + self.below((to - from).max(0) as usize + 1) as i64
    }

    /// True in so many of a thousand cases.
    pub fn permille(&mut self, share: usize) -> bool {
        self.below(1000) < share
    }

    /// One of some, which must not be none.
    pub fn pick<'a, T>(&mut self, some: &'a [T]) -> &'a T {
        &some[self.below(some.len())]
    }

    /// One of some words, which must not be none.
    pub fn word<'a>(&mut self, some: &[&'a str]) -> &'a str {
        some[self.below(some.len())]
    }

    /// One of some, each as often as its weight says.
    pub fn weighted<'a, T>(&mut self, some: &'a [(T, usize)]) -> &'a T {
        let mut left = self.below(some.iter().map(|(_, weight)| weight).sum());
        for (value, weight) in some {
            if left < *weight {
                return value;
            }
            left -= weight;
        }
        &some[0].0
    }

    /// A pattern with its places filled: `#` is a digit, `N` one from 2 to 9, `X` a letter of a Canadian or British postcode.
    pub fn fill(&mut self, pattern: &str) -> String {
        const LETTERS: &[u8] = b"ABEGHJLNPRSTWXYZ";
        pattern
            .chars()
            .map(|c| match c {
                '#' => char::from(b'0' + self.below(10) as u8),
                'N' => char::from(b'2' + self.below(8) as u8),
                'X' => char::from(*self.pick(LETTERS)),
                other => other,
            })
            .collect()
    }
}

/// What an id is for. Records of one kind get ids in the order in which they are made, as those of the server are.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Tenant = 1,
    User,
    Company,
    Tag,
    Customer,
    Contact,
    Assignment,
    View,
    Ticket,
    Message,
    SavedReply,
    Registration,
}

/// The id of the `number`th record of a kind: a UUID v7 of early 2022, the same in every world.
pub fn id(kind: Kind, number: u64) -> Uuid {
    const BEGINNING: u64 = 1_640_995_200_000;
    let mut bits = [0u8; 10];
    let mut dice = Dice::of(kind as u64, number);
    for part in bits.chunks_mut(8) {
        part.copy_from_slice(&dice.roll().to_be_bytes()[..part.len()]);
    }
    uuid::Builder::from_unix_timestamp_millis(BEGINNING + number, &bits).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dice_fall_the_same_each_time() {
        let rolls = |record| (0..5).map(move |_| 0).scan(Dice::of(7, record), |d, _: u64| Some(d.roll()));
        assert!(rolls(1).eq(rolls(1)));
        assert!(!rolls(1).eq(rolls(2)));
    }

    #[test]
    fn ids_are_ordered_distinct_and_of_version_7() {
        let (a, b) = (id(Kind::Customer, 1), id(Kind::Customer, 2));
        assert!(a < b);
        assert_ne!(a, id(Kind::Contact, 1));
        assert_eq!(a.get_version_num(), 7);
    }

    #[test]
    fn weights_are_kept() {
        let mut dice = Dice::of(1, 1);
        let often = (0..1000).filter(|_| *dice.weighted(&[('a', 9), ('b', 1)]) == 'a').count();
        assert!((850..950).contains(&often), "{often}");
    }
}
