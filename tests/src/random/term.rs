//! Terms of a wanted shape: strings and numbers. Collections are in [`super::collection`].

use ferrego_compiler::ast::{Operator, TemplatePart, Term, TermKind};

use super::schema::{
    ANY, BOOL, LABELS, LIST, MAP, NUMBER, NUMBER_SET, NUMBERS, Schema, TEXT, TEXT_SET, TEXTS,
};
use super::tree::{array, boolean, call, index, infix, node, number, path, set, string};
use super::writer::{Shape, Style, Writer};

/// A function that writes a term. The number is the number of levels that the term may have.
pub(super) type Maker = fn(&mut Writer, usize) -> Term;

const TEXT_MAKERS: &[(usize, Maker)] = &[
    (12, |w, _| w.text_literal()),
    (14, Writer::sprintf),
    (8, Writer::text_change),
    (6, Writer::text_trim),
    (4, Writer::text_piece),
    (4, |w, d| call("concat", vec![w.literal_text(), w.term(&TEXTS, d)])),
    (2, |w, d| call("concat", vec![w.literal_text(), w.term(&TEXT_SET, d)])),
    (3, |w, d| call("format_int", vec![w.term(&NUMBER, d), w.base()])),
    (2, |w, d| call("json.marshal", vec![w.term(&ANY, d)])),
    (2, |w, d| call("type_name", vec![w.term(&ANY, d)])),
    (4, Writer::object_get_text),
    (1, |w, d| call("base64.encode", vec![w.term(&TEXT, d)])),
    (1, |w, d| call("urlquery.encode", vec![w.term(&TEXT, d)])),
    (1, |w, d| call("strings.reverse", vec![w.term(&TEXT, d)])),
    (3, Writer::template),
];

const NUMBER_MAKERS: &[(usize, Maker)] = &[
    (10, |w, _| w.number_literal()),
    (10, Writer::count),
    (10, Writer::arithmetic),
    (5, |w, d| call("to_number", vec![w.term(&TEXT, d)])),
    (2, |w, d| call("units.parse_bytes", vec![w.term(&TEXT, d)])),
    (1, |w, d| call("units.parse", vec![w.term(&TEXT, d)])),
    (3, |w, d| {
        let function = w.draw.pick(&["sum", "max", "min", "product"]);
        call(function, vec![w.numbers(d)])
    }),
    (3, |w, d| {
        let function = w.draw.pick(&["ceil", "floor", "round", "abs"]);
        call(function, vec![w.term(&NUMBER, d)])
    }),
    (2, |w, d| call("indexof", vec![w.term(&TEXT, d), w.literal_text()])),
    (1, |w, d| call("bits.and", vec![w.term(&NUMBER, d), w.number_literal()])),
    (1, |w, d| call("minus", vec![w.term(&NUMBER, d), w.number_literal()])),
];

impl Writer {
    /// Writes a term of the shape `want`, at most `depth` levels deep.
    pub(super) fn term(&mut self, want: &'static Schema, depth: usize) -> Term {
        // Rarely, the term has another shape. OPA's type check refuses it if it can detect it.
        if self.draw.below(700) == 0 {
            let other = self.draw.pick(&[&TEXT, &NUMBER, &BOOL, &TEXTS, &TEXT_SET, &LABELS]);
            return self.term(other, depth);
        }
        if depth == 0 {
            return self.leaf(want);
        }
        if self.draw.chance(4)
            && let Some(term) = self.builtin(want, depth - 1)
        {
            return term;
        }
        if self.draw.chance(50)
            && let Some(term) = self.reference(want)
        {
            return term;
        }
        if self.draw.chance(12)
            && let Some(term) = self.of_rule(want, depth - 1)
        {
            return term;
        }
        self.made(want, depth - 1)
    }

    fn leaf(&mut self, want: &'static Schema) -> Term {
        match self.draw.below(10) {
            0..5 => self.local(want),
            5..8 => self.reference(want),
            _ => None,
        }
        .unwrap_or_else(|| self.literal(want, 1))
    }

    fn made(&mut self, want: &'static Schema, depth: usize) -> Term {
        match want {
            Schema::Any => self.made_any(depth),
            Schema::Bool => self.truth(depth),
            Schema::Number(_) => self.draw.weighted(NUMBER_MAKERS)(self, depth),
            Schema::Text(_) => self.draw.weighted(TEXT_MAKERS)(self, depth),
            Schema::List(item) => self.list(item, depth),
            Schema::Set(item) => self.set(item, depth),
            Schema::Map(_, value) => self.map(value, depth),
            Schema::Record(_) => self.literal(want, depth),
        }
    }

    fn made_any(&mut self, depth: usize) -> Term {
        if self.draw.chance(4) {
            return node(TermKind::Null);
        }
        let want = self.draw.weighted(&[
            (6, &TEXT),
            (4, &NUMBER),
            (2, &BOOL),
            (2, &TEXTS),
            (1, &LIST),
            (2, &TEXT_SET),
            (1, &NUMBER_SET),
            (2, &LABELS),
            (1, &MAP),
        ]);
        self.term(want, depth)
    }

    /// Writes the value of an earlier rule, or of a call of an earlier function.
    fn of_rule(&mut self, want: &'static Schema, depth: usize) -> Option<Term> {
        if self.rules.is_empty() {
            return None;
        }
        let rule = self.rules[self.draw.below(self.rules.len())].clone();
        match rule.shape {
            Shape::Value(have) if want.admits(have) => Some(path(&rule.path)),
            Shape::Function(parameters, result) if want.admits(result) => {
                let arguments =
                    parameters.into_iter().map(|parameter| self.term(parameter, depth)).collect();
                Some(call(&rule.path, arguments))
            }
            Shape::Set(have) if matches!(want, Schema::Set(item) if item.admits(have)) => {
                Some(path(&rule.path))
            }
            Shape::Map(have) if want.admits(have) => {
                let key = self.term(&TEXT, 0);
                Some(index(path(&rule.path), key))
            }
            _ => None,
        }
    }

    /// Writes a literal of the shape `want`. Collections may contain terms.
    pub(super) fn literal(&mut self, want: &'static Schema, depth: usize) -> Term {
        match want {
            Schema::Any => self.scalar(),
            Schema::Bool => boolean(self.draw.chance(60)),
            Schema::Number(usual) => number(self.draw.pick(usual)),
            Schema::Text(usual) => string(self.draw.pick(usual)),
            Schema::List(item) => array(self.items(item, depth)),
            Schema::Set(item) => set(self.items(item, depth)),
            Schema::Map(keys, value) => self.map_literal(keys, value, depth),
            Schema::Record(fields) => {
                let pairs = fields.iter().map(|(name, schema)| {
                    let value = self.term(schema, depth.saturating_sub(1));
                    (string(name), value)
                });
                super::tree::object(pairs.collect())
            }
        }
    }

    fn scalar(&mut self) -> Term {
        match self.draw.below(8) {
            0 => node(TermKind::Null),
            1 => boolean(true),
            2..5 => self.number_literal(),
            _ => self.text_literal(),
        }
    }

    pub(super) fn text_literal(&mut self) -> Term {
        self.literal(&TEXT, 0)
    }

    pub(super) fn number_literal(&mut self) -> Term {
        self.literal(&NUMBER, 0)
    }

    /// Writes a short string, such as a separator.
    pub(super) fn literal_text(&mut self) -> Term {
        string(
            self.draw.pick(&["", ",", "/", ":", "-", ".", "a", "app", "é", "@", "n", "i", "00m"]),
        )
    }

    fn base(&mut self) -> Term {
        number(self.draw.pick(&["10", "10", "16", "2", "8"]))
    }

    fn sprintf(&mut self, depth: usize) -> Term {
        let mut format = String::from(self.draw.pick(&["", "container <", "é "]));
        let count = self.draw.weighted(&[(1, 0), (6, 1), (5, 2), (2, 3)]);
        let mut arguments = Vec::new();
        for _ in 0..count {
            let (verb, want): (&str, &'static Schema) = self.draw.weighted(&[
                (40, ("%v", &ANY)),
                (25, ("%s", &TEXT)),
                (3, ("%s", &ANY)),
                (6, ("%q", &TEXT)),
                (7, ("%d", &NUMBER)),
                (2, ("%.2f", &NUMBER)),
                (1, ("%5d|%-4v", &NUMBER)),
                (1, ("%x", &TEXT)),
                (1, ("%t", &BOOL)),
                (1, ("%05.1f%%", &NUMBER)),
            ]);
            format.push_str(verb);
            format.push_str(self.draw.pick(&["", "> ", ", ", " must be "]));
            arguments.push(self.term(want, depth));
        }
        if self.draw.chance(4) {
            arguments.pop();
        }
        call("sprintf", vec![string(&format), array(arguments)])
    }

    fn text_change(&mut self, depth: usize) -> Term {
        let text = self.term(&TEXT, depth);
        match self.draw.below(6) {
            0 | 1 => call("lower", vec![text]),
            2 => call("upper", vec![text]),
            3 | 4 => call("replace", vec![text, self.literal_text(), self.literal_text()]),
            _ => {
                let start = number(self.draw.pick(&["0", "1", "2", "-1"]));
                let length = number(self.draw.pick(&["-1", "1", "3", "100"]));
                call("substring", vec![text, start, length])
            }
        }
    }

    fn text_trim(&mut self, depth: usize) -> Term {
        let text = self.term(&TEXT, depth);
        let function = self.draw.pick(&[
            "trim_suffix",
            "trim_suffix",
            "trim_prefix",
            "trim",
            "trim_left",
            "trim_right",
            "trim_space",
        ]);
        match function {
            "trim_space" => call(function, vec![text]),
            _ => call(function, vec![text, self.literal_text()]),
        }
    }

    /// Writes `split(x, ":")[0]`.
    fn text_piece(&mut self, depth: usize) -> Term {
        let text = self.term(&TEXT, depth);
        let pieces = call("split", vec![text, self.literal_text()]);
        let key = if self.iterate && self.draw.chance(40) {
            super::tree::wildcard()
        } else {
            number(self.draw.pick(&["0", "0", "1"]))
        };
        index(pieces, key)
    }

    fn object_get_text(&mut self, depth: usize) -> Term {
        let labels = self.term(&LABELS, depth);
        let key = self.term(&TEXT, 0);
        let default = self.draw.chance(70).then(|| self.text_literal());
        let default = default.unwrap_or_else(|| node(TermKind::Null));
        let key = if self.draw.chance(20) { array(vec![key]) } else { key };
        call("object.get", vec![labels, key, default])
    }

    fn template(&mut self, depth: usize) -> Term {
        if self.style != Style::V1 {
            return self.text_literal();
        }
        let term = self.bound(|w| w.term(&ANY, depth.min(1)));
        let parts = vec![
            TemplatePart::Text("is {".into()),
            TemplatePart::Term(term),
            TemplatePart::Text("\" é".into()),
        ];
        node(TermKind::Template(parts))
    }

    fn count(&mut self, depth: usize) -> Term {
        let want = self.draw.weighted(&[
            (5, &TEXTS),
            (5, &LIST),
            (6, &TEXT_SET),
            (2, &LABELS),
            (2, &TEXT),
        ]);
        call("count", vec![self.term(want, depth)])
    }

    fn numbers(&mut self, depth: usize) -> Term {
        let want = self.draw.pick(&[&NUMBERS, &NUMBERS, &NUMBER_SET]);
        self.term(want, depth)
    }

    fn arithmetic(&mut self, depth: usize) -> Term {
        let operator = self.draw.weighted(&[
            (4, Operator::Plus),
            (4, Operator::Minus),
            (3, Operator::Multiply),
            (2, Operator::Divide),
            (1, Operator::Remainder),
        ]);
        let left = self.term(&NUMBER, depth);
        let right = self.term(&NUMBER, depth.min(1));
        infix(operator, left, right)
    }
}
