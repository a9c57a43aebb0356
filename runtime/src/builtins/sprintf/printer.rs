//! The printer, which applies the pieces of a format to arguments (the writing half of
//! `fmt.doPrintf`).

use core::fmt::{self, Write};

use num_bigint::BigUint;

use super::argument::{Argument, Printable, UINT8};
use super::parse::{Count, Directive, Flags, Index, Piece};
use super::spec::Spec;
use super::{float, integer, string};
use crate::arena::{Arena, ArenaText};
use crate::budget::{exceed_depth, searched, visit};
use crate::json::MAX_DEPTH;
use crate::value::{Object, Value};

/// A printer of arguments into an arena.
pub(super) struct Printer<'a, 'v, V> {
    arena: &'a Arena,
    out: ArenaText<'a>,
    values: &'v [V],
    /// The index of the next argument.
    next: usize,
    /// `true` if any directive had an index, which suppresses the error about extra arguments.
    reordered: bool,
    /// `true` if `%p` of a slice or a map needs an address.
    wants_address: bool,
    /// The levels of the collection that is written.
    levels: usize,
    spec: Spec,
}

impl<'a, 'v, V: Printable<'a>> Printer<'a, 'v, V> {
    pub(super) fn new(arena: &'a Arena, values: &'v [V]) -> Self {
        Self {
            arena,
            out: arena.text(),
            values,
            next: 0,
            reordered: false,
            wants_address: false,
            levels: 0,
            spec: Spec::default(),
        }
    }

    /// Writes `pieces`.
    pub(super) fn run<'f>(&mut self, pieces: impl IntoIterator<Item = Piece<'f>>) {
        for piece in pieces {
            match piece {
                Piece::Literal(text) => self.out.push_str(text),
                Piece::Directive(directive) => self.directive(&directive),
            }
        }
        if !self.reordered && self.next < self.values.len() {
            self.extra();
        }
    }

    /// Returns the text, or `None` if a directive needs the address of a slice or a map.
    pub(super) fn finish(self) -> Option<&'a str> {
        (!self.wants_address).then(|| self.out.into_bump_str())
    }

    fn directive(&mut self, directive: &Directive) {
        let mut good = true;
        self.spec = Spec { flags: directive.flags, ..Spec::default() };
        good &= self.select(directive.index);
        let mut indexed = matches!(directive.index, Index::Argument(_));
        match directive.width {
            Count::Absent => {}
            Count::Number(width) => {
                good &= !indexed;
                self.spec.width = Some(width);
            }
            Count::Argument => {
                self.width_argument();
                indexed = false;
            }
        }
        if let Some(precision) = directive.precision {
            good &= !indexed & self.select(precision.index);
            match precision.count {
                Count::Absent => self.spec.precision = Some(0),
                Count::Number(number) => self.spec.precision = Some(number),
                Count::Argument => self.precision_argument(),
            }
        }
        good &= self.select(directive.verb_index);
        match directive.verb {
            None => self.out.push_str("%!(NOVERB)"),
            Some('%') => self.out.push('%'),
            Some(verb) if !good => self.complain(verb, "BADINDEX"),
            Some(verb) => self.next_argument(verb),
        }
    }

    /// Selects the argument of an explicit index. Returns `false` if that argument does not exist.
    fn select(&mut self, index: Index) -> bool {
        match index {
            Index::Absent => return true,
            Index::Argument(number @ 1..) if number <= self.values.len() => {
                self.next = number - 1;
                self.reordered = true;
                return true;
            }
            Index::Argument(_) | Index::Malformed => self.reordered = true,
        }
        false
    }

    fn width_argument(&mut self) {
        match self.count_argument() {
            None => self.out.push_str("%!(BADWIDTH)"),
            Some(width) => {
                self.spec.width = usize::try_from(width.unsigned_abs()).ok();
                if width < 0 {
                    self.spec.flags.minus = true;
                    self.spec.flags.zero = false;
                }
            }
        }
    }

    fn precision_argument(&mut self) {
        self.spec.precision = self.count_argument().and_then(|number| usize::try_from(number).ok());
        if self.spec.precision.is_none() {
            self.out.push_str("%!(BADPREC)");
        }
    }

    /// Returns the next argument as a width or precision, if it is an integer of at most `MAX` in
    /// magnitude.
    fn count_argument(&mut self) -> Option<i64> {
        const MAX: i64 = 1_000_000;
        let value = self.values.get(self.next)?;
        self.next += 1;
        match value.argument(self.arena) {
            Argument::Int(number, _) if (-MAX..=MAX).contains(&number) => Some(number),
            _ => None,
        }
    }

    fn next_argument(&mut self, verb: char) {
        let Some(value) = self.values.get(self.next) else {
            self.complain(verb, "MISSING");
            return;
        };
        self.next += 1;
        if verb == 'v' {
            self.spec.go_syntax = core::mem::take(&mut self.spec.flags.sharp);
            self.spec.plus_v = core::mem::take(&mut self.spec.flags.plus);
        }
        let plain = self.spec.width.is_none() && self.spec.precision.is_none();
        if plain
            && matches!(verb, 'v' | 's')
            && !self.spec.go_syntax
            && let Some(term) = value.term()
        {
            ignore(write!(self.out, "{term}"));
        } else {
            self.argument(value.argument(self.arena), verb);
        }
    }

    fn argument(&mut self, argument: Argument<'a>, verb: char) {
        let spec = self.spec;
        let out = &mut self.out;
        let written = match (verb, argument) {
            ('v' | 'T', Argument::Nil) => spec.pad(out, "<nil>"),
            ('T', _) => string::plain(out, &spec, argument.type_name()),
            ('p', Argument::Big(_)) => string::plain(out, &spec, "0xc000000000"),
            ('p', Argument::Slice(_) | Argument::Map(_)) => {
                self.wants_address = true;
                Ok(())
            }
            ('v' | 't', Argument::Bool(truth)) => {
                spec.pad(out, if truth { "true" } else { "false" })
            }
            (_, Argument::Big(digits)) if verb != 'w' => integer::big(out, &spec, digits, verb),
            // In Go's syntax, an unsigned integer is hexadecimal.
            ('v', Argument::Int(number, UINT8)) if spec.go_syntax => {
                let sharp = Flags { sharp: true, ..spec.flags };
                integer::int(out, &Spec { flags: sharp, ..spec }, number, 'x')
            }
            (_, Argument::Int(number, _)) if integer::VERBS.contains(verb) => {
                integer::int(out, &spec, number, verb)
            }
            (_, Argument::Float(number)) if float::VERBS.contains(verb) => {
                float::float(self.arena, out, &spec, number, verb)
            }
            #[cfg(feature = "gotemplate")]
            (_, Argument::Complex(real, imaginary)) if float::VERBS.contains(verb) => {
                self.complex(real, imaginary, verb)
            }
            (_, Argument::Text(text, _)) if string::VERBS.contains(verb) => {
                string::string(self.arena, out, &spec, text, verb)
            }
            (_, Argument::Slice(items)) if verb != 'w' => {
                self.slice(items, verb);
                Ok(())
            }
            (_, Argument::Map(object)) if verb != 'w' => {
                self.map(object, verb);
                Ok(())
            }
            _ => {
                self.wrong_verb(argument, verb);
                Ok(())
            }
        };
        ignore(written);
    }

    /// Writes `(1+2i)`. Both parts use the flags, width and precision, and the second always has a
    /// sign.
    #[cfg(feature = "gotemplate")]
    fn complex(&mut self, real: f64, imaginary: f64, verb: char) -> fmt::Result {
        let out = &mut self.out;
        out.push('(');
        float::float(self.arena, out, &self.spec, real, verb)?;
        let plus = Flags { plus: true, ..self.spec.flags };
        let signed = Spec { flags: plus, ..self.spec };
        float::float(self.arena, out, &signed, imaginary, verb)?;
        out.push_str("i)");
        Ok(())
    }

    /// Writes `[1 2]`, or `[]interface {}{1, 2}` in Go's syntax.
    fn slice(&mut self, items: &[Value<'a>], verb: char) {
        let (start, separator, end) =
            if self.spec.go_syntax { ("[]interface {}{", ", ", '}') } else { ("[", " ", ']') };
        if !self.enters(items.len()) {
            return;
        }
        self.out.push_str(start);
        for (index, item) in items.iter().enumerate() {
            self.out.push_str(if index > 0 { separator } else { "" });
            self.element(item, verb);
        }
        self.levels -= 1;
        self.out.push(end);
    }

    /// Begins a collection. Returns `false` if the evaluation exceeds its budget.
    fn enters(&mut self, members: usize) -> bool {
        if self.levels == MAX_DEPTH {
            exceed_depth();
        }
        let enters = visit(members) && self.levels < MAX_DEPTH;
        self.levels += usize::from(enters);
        enters
    }

    /// Writes `map[a:1 b:2]`, or `map[string]interface {}{"a":1, "b":2}` in Go's syntax.
    fn map(&mut self, object: Object<'a>, verb: char) {
        let (start, separator, end) = if self.spec.go_syntax {
            ("map[string]interface {}{", ", ", '}')
        } else {
            ("map[", " ", ']')
        };
        if !self.enters(object.len()) {
            return;
        }
        self.out.push_str(start);
        for (index, (key, value)) in object.pairs().iter().enumerate() {
            self.out.push_str(if index > 0 { separator } else { "" });
            self.element(key, verb);
            self.out.push(':');
            self.element(value, verb);
        }
        self.levels -= 1;
        self.out.push(end);
    }

    /// Writes an element of a slice or a map. All verbs print `nil` alike.
    fn element(&mut self, value: &Value<'a>, verb: char) {
        match Argument::of_json(self.arena, value) {
            Argument::Nil if self.spec.go_syntax => self.out.push_str("interface {}(nil)"),
            Argument::Nil => self.out.push_str("<nil>"),
            element => self.argument(element, verb),
        }
    }

    /// Writes `%!d(string=x)`, in which the value uses the flags, width and precision.
    fn wrong_verb(&mut self, argument: Argument<'a>, verb: char) {
        if matches!(argument, Argument::Nil) {
            ignore(write!(self.out, "%!{verb}(<nil>)"));
            return;
        }
        ignore(write!(self.out, "%!{verb}({}=", argument.type_name()));
        if let (Argument::Big(digits), 'w') = (argument, verb) {
            self.big_words(digits);
        } else {
            self.argument(argument, 'v');
        }
        self.out.push(')');
    }

    /// Writes the fields of a `*big.Int`. `fmt` prints them for `%w`, because it rejects this verb
    /// before it calls the number's own formatter.
    fn big_words(&mut self, digits: &str) {
        let magnitude: BigUint = digits.trim_start_matches('-').parse().unwrap_or_default();
        ignore(write!(self.out, "&{{{} [", digits.starts_with('-')));
        for (index, word) in magnitude.iter_u64_digits().enumerate() {
            ignore(write!(self.out, "{}{word}", if index == 0 { "" } else { " " }));
        }
        self.out.push_str("]}");
    }

    fn complain(&mut self, verb: char, what: &str) {
        ignore(write!(self.out, "%!{verb}({what})"));
    }

    fn extra(&mut self) {
        self.spec = Spec::default();
        self.out.push_str("%!(EXTRA ");
        let values = self.values;
        for (index, value) in searched(values.get(self.next..).unwrap_or_default()).enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            let argument = value.argument(self.arena);
            if !matches!(argument, Argument::Nil) {
                ignore(write!(self.out, "{}=", argument.type_name()));
            }
            self.argument(argument, 'v');
        }
        self.out.push(')');
    }
}

/// Ignores the result of writing to memory, which does not fail.
fn ignore(_: fmt::Result) {}
