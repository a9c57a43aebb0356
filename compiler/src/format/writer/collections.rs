//! Writes lists: arguments, arrays, sets and objects. The elements of a line stay on a line.

use super::super::location::{Location, Text};
use super::super::tree::{Comprehension, Expr, ObjectComprehension, Term, TermKind};
use super::operators::{is_operation, is_union};
use super::{Writer, Written};

/// A list's element.
pub(super) trait Element {
    /// Returns the place of the element.
    fn location(&self) -> Location;
}

impl Element for &Term {
    fn location(&self) -> Location {
        self.location
    }
}

impl Element for &(Term, Term) {
    fn location(&self) -> Location {
        self.0.location
    }
}

impl Element for &Expr {
    fn location(&self) -> Location {
        self.location
    }
}

/// The elements of a list, in groups of those that are on one line.
pub(super) struct Groups<T> {
    groups: Vec<Vec<T>>,
}

impl<T: Element> Groups<T> {
    /// Groups elements (`groupIterable`). The list starts in `row`. As in OPA, names that a compiler
    /// made keep a list on one line.
    pub(super) fn of(elements: Vec<T>, row: usize, text: &Text<'_>) -> Self {
        let generated = |element: &T| text.at(element.location()).contains("__local");
        if text.has_generated_names && elements.iter().any(generated) {
            return Self { groups: vec![elements] };
        }
        let mut groups = vec![Vec::new()];
        let mut last = row;
        for element in elements {
            let row = element.location().row;
            if row > last && groups.iter().any(|group: &Vec<T>| !group.is_empty()) {
                groups.push(Vec::new());
            }
            last = row;
            if let Some(group) = groups.last_mut() {
                group.push(element);
            }
        }
        Self { groups }
    }

    /// Returns the number of lines.
    pub(super) fn count(&self) -> usize {
        self.groups.len()
    }
}

impl<'m> Writer<'m> {
    /// Writes a list of terms. `union` is `true` if set unions need parentheses.
    pub(super) fn elements(
        &mut self,
        elements: &[&'m Term],
        location: Location,
        brackets: (u8, u8),
        union: bool,
    ) -> Written {
        let write = |writer: &mut Self, term: &'m Term| {
            let text = writer.text.at(term.location);
            let parentheses = is_union(term) && (union || text.starts_with('('));
            writer.in_parentheses(parentheses, term)
        };
        self.list(elements.to_vec(), location, brackets, write)
    }

    /// Writes an object.
    pub(super) fn object(&mut self, pairs: &'m [(Term, Term)], location: Location) -> Written {
        let write = |writer: &mut Self, (key, value): &'m (Term, Term)| {
            writer.in_parentheses(is_union(key), key)?;
            writer.push(": ");
            writer.in_parentheses(is_union(value), value)
        };
        self.list(pairs.iter().collect(), location, (b'{', b'}'), write)
    }

    fn in_parentheses(&mut self, parentheses: bool, term: &'m Term) -> Written {
        if parentheses {
            self.push("(");
        }
        let written = self.term(term);
        if parentheses {
            self.push(")");
        }
        written
    }

    /// Writes elements in their lines (`writeIterable`).
    fn list<T: Element + Copy>(
        &mut self,
        elements: Vec<T>,
        location: Location,
        brackets: (u8, u8),
        write: impl Fn(&mut Self, T) -> Written,
    ) -> Written {
        let first = elements.first().map(Element::location);
        let close = self.text.closing_row(brackets, location);
        let Groups { groups } = Groups::of(elements, location.row, self.text);
        let mut multiline = groups.len() > 1;
        if let [_] = &groups[..] {
            let inside = |row: usize| row > location.row && close.is_some_and(|close| row < close);
            if self.comments[self.next..].iter().any(|comment| inside(comment.row)) {
                return Err(self.unexpected_comment());
            }
            multiline = first.is_some_and(|first| self.line_feed_precedes(location, first));
        }
        if multiline {
            self.delay = true;
            self.end_line();
            self.up();
            self.start_line();
        }
        let last = groups.len() - 1;
        for (index, group) in groups.into_iter().enumerate() {
            for (position, element) in group.into_iter().enumerate() {
                if position > 0 {
                    self.push(", ");
                }
                write(self, element)?;
            }
            if index < last {
                self.push(",");
                self.end_line();
                self.start_line();
            }
        }
        if multiline {
            self.push(",");
            self.end_line();
            self.insert_comments(close)?;
            self.down();
            self.start_line();
        }
        Ok(())
    }

    /// Returns `true` if a line feed is between the start of a list and the first occurrence of
    /// its first element's text.
    fn line_feed_precedes(&self, location: Location, first: Location) -> bool {
        let list = self.text.at(location);
        let cut = list.find(self.text.at(first)).unwrap_or_default();
        list[..cut].find('\n').is_some_and(|offset| offset > 0)
    }

    /// Writes `value | body` between the brackets of an array or a set.
    pub(super) fn comprehension(
        &mut self,
        brackets: (u8, u8),
        comprehension: &'m Comprehension,
        location: Location,
    ) -> Written {
        let Comprehension { value, body } = comprehension;
        self.comprehended(brackets, (value, value.location.row), body, location)
    }

    /// Writes `key: value | body`. The value stays on the key's line.
    pub(super) fn object_comprehension(
        &mut self,
        comprehension: &'m ObjectComprehension,
        location: Location,
    ) -> Written {
        let ObjectComprehension { key, value, body } = comprehension;
        self.in_parentheses(is_union(key), key)?;
        self.push(": ");
        self.comprehended((b'{', b'}'), (value, location.row), body, location)
    }

    fn comprehended(
        &mut self,
        brackets: (u8, u8),
        (value, row): (&'m Term, usize),
        body: &'m [Expr],
        location: Location,
    ) -> Written {
        if row > location.row {
            self.end_line();
            self.start_line();
        }
        let place = Location { row, ..value.location };
        // The grammar expects one term here. OPA leaves out the parentheses around `x in xs`.
        match &value.kind {
            TermKind::Call(call)
                if call.arguments.len() == 2
                    && is_operation(value)
                    && !matches!(call.operator, super::super::tree::Operator::Infix(_)) =>
            {
                self.push("(");
                self.placed_term(false, value, place)?;
                self.push(")");
            }
            _ => self.placed_term(is_operation(value), value, place)?,
        }
        self.push(" |");
        self.inner_body(brackets, body, place, location)
    }
}
