//! The parser of formats (the parsing half of `fmt.doPrintf`).

/// A piece of a format: literal text or a directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'f> {
    /// Literal text.
    Literal(&'f str),
    /// A verb, with the flags and numbers between `%` and it.
    Directive(Directive),
}

/// One `%…` of a format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Directive {
    /// The flags.
    pub flags: Flags,
    /// An index `[n]` before the width.
    pub index: Index,
    /// The width.
    pub width: Count,
    /// The precision, or `None` if the directive has no `.`.
    pub precision: Option<Precision>,
    /// An index `[n]` before the verb.
    pub verb_index: Index,
    /// The verb, or `None` if the format ends before it.
    pub verb: Option<char>,
}

/// The flags of a directive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "Go's five flags")]
pub struct Flags {
    /// `#`
    pub sharp: bool,
    /// `0`
    pub zero: bool,
    /// `+`
    pub plus: bool,
    /// `-`
    pub minus: bool,
    /// A space.
    pub space: bool,
}

/// An explicit argument index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Index {
    /// No index.
    #[default]
    Absent,
    /// `[n]`, from 1.
    Argument(usize),
    /// Brackets without a number.
    Malformed,
}

/// A width or a precision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Count {
    /// No number.
    #[default]
    Absent,
    /// A number.
    Number(usize),
    /// `*`: the next argument.
    Argument,
}

/// A precision, which may have an index of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Precision {
    /// An index `[n]` before the precision.
    pub index: Index,
    /// The precision; an absent number means zero.
    pub count: Count,
}

impl Directive {
    /// Returns the directive `%<verb>` with nothing between.
    pub const fn plain(verb: char) -> Self {
        Self {
            flags: Flags { sharp: false, zero: false, plus: false, minus: false, space: false },
            index: Index::Absent,
            width: Count::Absent,
            precision: None,
            verb_index: Index::Absent,
            verb: Some(verb),
        }
    }
}

/// An iterator over the pieces of a format, which are parsed on demand.
#[derive(Clone, Debug)]
pub struct Format<'f> {
    rest: &'f str,
}

impl<'f> Format<'f> {
    /// Creates the iterator over the pieces of `format`. Every text is a format, and its faults
    /// show in the output.
    pub const fn parse(format: &'f str) -> Self {
        Self { rest: format }
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    fn take(&mut self, expected: char) -> bool {
        let rest = self.rest.strip_prefix(expected);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn directive(&mut self) -> Directive {
        let flags = self.flags();
        let index = self.index();
        let width = self.count();
        let mut last = if width == Count::Argument { Index::Absent } else { index };
        // A point at the end of the format is a verb.
        let precision = if self.rest.len() > 1 && self.take('.') {
            let precision = Precision { index: self.index(), count: self.count() };
            let by_argument = precision.count == Count::Argument;
            last = if by_argument { Index::Absent } else { precision.index };
            Some(precision)
        } else {
            None
        };
        let verb_index = match last {
            Index::Argument(_) => Index::Absent,
            Index::Absent | Index::Malformed => self.index(),
        };
        let verb = self.rest.chars().next();
        self.skip(verb.map_or(0, char::len_utf8));
        Directive { flags, index, width, precision, verb_index, verb }
    }

    fn flags(&mut self) -> Flags {
        let mut flags = Flags::default();
        loop {
            match self.rest.as_bytes().first() {
                Some(b'#') => flags.sharp = true,
                Some(b'0') => flags.zero = true,
                Some(b'+') => flags.plus = true,
                Some(b'-') => flags.minus = true,
                Some(b' ') => flags.space = true,
                _ => return flags,
            }
            self.skip(1);
        }
    }

    fn index(&mut self) -> Index {
        let Some(inner) = self.rest.strip_prefix('[') else { return Index::Absent };
        // Go searches for the end only if at least `[n]` fits.
        let end = if inner.len() < 2 { None } else { inner.find(']') };
        let Some(end) = end else {
            self.rest = inner;
            return Index::Malformed;
        };
        let number = inner.get(..end).and_then(number);
        self.rest = inner.get(end + 1..).unwrap_or_default();
        number.map_or(Index::Malformed, Index::Argument)
    }

    fn count(&mut self) -> Count {
        if self.take('*') {
            return Count::Argument;
        }
        let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return Count::Absent;
        }
        let number = self.rest.get(..digits).and_then(number);
        // After a number that is too large, Go reads nothing more.
        self.skip(if number.is_some() { digits } else { self.rest.len() });
        number.map_or(Count::Absent, Count::Number)
    }
}

/// Parses decimal digits. Returns `None` for a number above Go's maximum width or index.
fn number(digits: &str) -> Option<usize> {
    const MAX: usize = 1_000_000;
    let mut number = 0;
    for digit in digits.bytes() {
        if number > MAX || !digit.is_ascii_digit() {
            return None;
        }
        number = number * 10 + usize::from(digit - b'0');
    }
    (!digits.is_empty()).then_some(number)
}

impl<'f> Iterator for Format<'f> {
    type Item = Piece<'f>;

    fn next(&mut self) -> Option<Piece<'f>> {
        if self.rest.is_empty() {
            return None;
        }
        match self.rest.find('%') {
            Some(0) => {
                self.skip(1);
                Some(Piece::Directive(self.directive()))
            }
            place => {
                let end = place.unwrap_or(self.rest.len());
                let literal = self.rest.get(..end).unwrap_or_default();
                self.skip(end);
                Some(Piece::Literal(literal))
            }
        }
    }
}
