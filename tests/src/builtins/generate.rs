//! Random terms.

use ferrego_runtime::builtins::Builtin;

use super::domain::Domain;
use super::signature::{self, Type};
use super::term::Term;
use super::{numbers, texts, tokens};
use crate::draw::Draw;

/// The number of levels of collections in operands of any type.
pub(super) const DEPTH: usize = 3;

/// A generator of calls of one builtin.
#[derive(Debug)]
pub struct Generator {
    pub(super) name: &'static str,
    pub(super) types: Vec<Type>,
    pub(super) draw: Draw,
}

impl Generator {
    /// Creates a generator of calls of `builtin`.
    ///
    /// # Errors
    /// Returns an error if the signature does not follow the table's grammar.
    pub fn new(builtin: &Builtin, seed: u64) -> Result<Self, String> {
        Self::drawing(builtin, Draw::seeded(seed, builtin.name))
    }

    /// Creates a generator of calls of `builtin` that takes its choices from `draw`.
    ///
    /// # Errors
    /// Returns the error of [`Generator::new`].
    pub fn drawing(builtin: &Builtin, draw: Draw) -> Result<Self, String> {
        Ok(Self { name: builtin.name, types: signature::operands(builtin.signature)?, draw })
    }

    /// Returns operands of any types.
    pub fn any_operands(&mut self) -> Vec<Term> {
        (0..self.types.len()).map(|_| self.any(DEPTH)).collect()
    }

    /// Returns a term of a type. Its strings and numbers are in the domain.
    pub(super) fn typed(&mut self, of: &Type, domain: Domain, depth: usize) -> Term {
        match of {
            Type::Any => self.any_of(domain, depth),
            Type::Null => Term::scalar("null"),
            Type::Boolean => self.boolean(),
            Type::Number => Term::Scalar(self.number(domain)),
            Type::Text => Term::Text(self.text(domain)),
            Type::Union(types) => {
                let index = self.draw.below(types.len());
                self.typed(&types[index], domain, depth)
            }
            Type::Tuple(types) => {
                Term::Array(types.iter().map(|of| self.typed(of, domain, depth)).collect())
            }
            Type::Array(of) => Term::Array(self.items(of, domain, depth)),
            Type::Set(of) => Term::Set(self.items(of, domain, depth)),
            Type::Object(properties, rest) => {
                let mut pairs: Vec<_> = properties
                    .iter()
                    .map(|(name, of)| (Term::text(name), self.typed(of, domain, depth)))
                    .collect();
                if let Some((key, value)) = rest {
                    for _ in 0..self.length(depth) {
                        let key = self.typed(key, domain, depth.saturating_sub(1));
                        if pairs.iter().all(|(other, _)| !key.may_equal(other)) {
                            pairs.push((key, self.typed(value, domain, depth.saturating_sub(1))));
                        }
                    }
                }
                Term::Object(pairs)
            }
        }
    }

    fn items(&mut self, of: &Type, domain: Domain, depth: usize) -> Vec<Term> {
        let length = self.length(depth);
        let mut items: Vec<Term> =
            (0..length).map(|_| self.typed(of, domain, depth.saturating_sub(1))).collect();
        if !items.is_empty() && self.draw.chance(5) {
            let index = self.draw.below(items.len());
            items[index] = self.any(1);
        }
        items
    }

    fn length(&mut self, depth: usize) -> usize {
        if depth == 0 { 0 } else { [0, 1, 1, 2, 2, 3, 4, 6][self.draw.below(8)] }
    }

    /// Returns a term of any type. Its strings and numbers are in the domain.
    fn any_of(&mut self, domain: Domain, depth: usize) -> Term {
        match domain {
            Domain::Numbers(_) if self.draw.chance(70) => Term::Scalar(self.number(domain)),
            Domain::Texts(_) | Domain::Only(_) | Domain::Tokens if self.draw.chance(70) => {
                Term::Text(self.text(domain))
            }
            _ => self.any(depth),
        }
    }

    /// Returns a term of any type.
    pub(super) fn any(&mut self, depth: usize) -> Term {
        match self.draw.below(if depth == 0 { 7 } else { 11 }) {
            0 => Term::scalar("null"),
            1 => self.boolean(),
            2..5 => Term::Scalar(numbers::number(&mut self.draw)),
            5..7 => Term::Text(self.text(Domain::AnyNumber)),
            7..9 => Term::Array(self.items(&Type::Any, Domain::AnyNumber, depth)),
            9 => Term::Set(self.items(&Type::Any, Domain::AnyNumber, depth)),
            _ => {
                let any = Some((Box::new(Type::Any), Box::new(Type::Any)));
                self.typed(&Type::Object(Vec::new(), any), Domain::AnyNumber, depth)
            }
        }
    }

    fn boolean(&mut self) -> Term {
        Term::scalar(if self.draw.chance(50) { "true" } else { "false" })
    }

    fn number(&mut self, domain: Domain) -> String {
        match domain {
            Domain::Numbers(pool) if self.draw.chance(80) => self.draw.pick(pool).to_owned(),
            Domain::Numbers(_) => numbers::small(&mut self.draw),
            _ => numbers::number(&mut self.draw),
        }
    }

    pub(super) fn text(&mut self, domain: Domain) -> String {
        match domain {
            Domain::Tokens => {
                let token = &tokens::TOKENS[self.draw.below(tokens::TOKENS.len())];
                let token = token.clone();
                if self.draw.chance(15) { self.changed(&token) } else { token }
            }
            Domain::Only(pool) => self.draw.pick(pool).to_owned(),
            Domain::Texts(pool) if self.draw.chance(88) => {
                let text = self.draw.pick(pool);
                match self.draw.below(10) {
                    0..7 => text.to_owned(),
                    7..9 => self.changed(text),
                    _ => format!("{text}{}", self.draw.pick(pool)),
                }
            }
            _ => {
                let text = self.draw.pick(texts::GENERAL);
                match self.draw.below(10) {
                    0..6 => text.to_owned(),
                    6..8 => format!("{text}{}", self.draw.pick(texts::GENERAL)),
                    _ => self.changed(text),
                }
            }
        }
    }

    /// Returns `text` with a character inserted, removed, replaced or doubled.
    pub(super) fn changed(&mut self, text: &str) -> String {
        let mut characters: Vec<char> = text.chars().collect();
        let index = self.draw.below(characters.len());
        let other = self.draw.pick(texts::GENERAL).chars().next().unwrap_or('.');
        match self.draw.below(4) {
            0 if !characters.is_empty() => drop(characters.remove(index)),
            1 if !characters.is_empty() => characters[index] = other,
            2 if !characters.is_empty() => characters.insert(index, characters[index]),
            _ => characters.insert(index, other),
        }
        characters.into_iter().collect()
    }
}
