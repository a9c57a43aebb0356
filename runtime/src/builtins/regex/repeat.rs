//! The counts of repetitions.

/// The maximum count of a repetition. For nested repetitions, it limits the product.
pub(super) const MAX_REPEAT: u32 = 1000;

/// The minimum and maximum count of a repetition; `None` represents an integer overflow.
#[derive(Clone, Copy)]
pub(super) struct Counts {
    least: Option<u32>,
    most: Most,
}

#[derive(Clone, Copy)]
enum Most {
    Unbounded,
    Count(Option<u32>),
}

impl Counts {
    /// Reads `{n}`, `{n,}` or `{n,m}`. Returns the counts and the length of the text.
    pub(super) fn read(text: &str) -> Option<(Self, usize)> {
        let (least, rest) = count(text.strip_prefix('{')?)?;
        let (most, rest) = match rest.strip_prefix(',') {
            None => (Most::Count(least), rest),
            Some(rest) if rest.starts_with('}') => (Most::Unbounded, rest),
            Some(rest) => {
                let (most, rest) = count(rest)?;
                (Most::Count(most), rest)
            }
        };
        let rest = rest.strip_prefix('}')?;
        Some((Self { least, most }, text.len() - rest.len()))
    }

    /// Returns `true` if Go accepts the counts.
    pub(super) fn is_valid(self) -> bool {
        let Some(least) = self.least.filter(|&least| least <= MAX_REPEAT) else { return false };
        match self.most {
            Most::Unbounded => true,
            Most::Count(most) => most.is_some_and(|most| most <= MAX_REPEAT && least <= most),
        }
    }

    /// Returns the number of repetitions of a character that is repeated `weight` times inside. Go
    /// does not count a repetition of zero times.
    pub(super) fn weight(self, weight: u32) -> u32 {
        let count = match self.most {
            Most::Unbounded => self.least,
            Most::Count(most) => most,
        };
        match count.unwrap_or(u32::MAX) {
            0 => 1,
            1 => weight,
            count => weight.saturating_mul(count),
        }
    }
}

/// Reads a decimal number without leading zeros. Returns the text after it too.
fn count(text: &str) -> Option<(Option<u32>, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(length)?;
    let leading_zero = digits.len() > 1 && digits.starts_with('0');
    (!digits.is_empty() && !leading_zero).then(|| (digits.parse().ok(), rest))
}
