//! Mail addresses: `email`, as Go's `net/mail` reads them with `ParseAddress`.
//!
//! The grammar is RFC 5322's with comments, quoted names and groups: `Ann (home) <ann@example.com>`
//! and `friends: ann@example.com;` are addresses. The functions are named after Go's.

use std::net::IpAddr;

use super::encoded_word::{self, Word};

/// Returns `true` if the text is a single address.
pub(super) fn is_email(text: &str) -> bool {
    let mut parser = Parser { rest: text };
    let addresses = parser.address(true);
    parser.skip_comments() && parser.rest.is_empty() && addresses == Some(1)
}

/// A parser at the start of `rest`. A rule that fails returns `None`.
#[derive(Clone, Copy, Debug)]
struct Parser<'t> {
    rest: &'t str,
}

impl<'t> Parser<'t> {
    /// Parses an address, or a group if `may_be_group`. Returns the number of addresses.
    fn address(&mut self, may_be_group: bool) -> Option<usize> {
        self.skip_space();
        let start = *self;
        if self.spec().is_some() {
            self.skip_space();
            if self.rest.starts_with('(') {
                self.display_name_comment()?;
            }
            return Some(1);
        }
        *self = start;
        if !self.rest.starts_with('<') {
            self.phrase()?;
        }
        self.skip_space();
        if may_be_group && self.consume(':') {
            return self.group();
        }
        self.expect('<')?;
        self.spec()?;
        self.expect('>')?;
        Some(1)
    }

    /// Parses the addresses of a group after its colon, and returns their number.
    fn group(&mut self) -> Option<usize> {
        self.skip_space();
        let mut addresses = 0;
        if self.consume(';') {
            return self.skip_comments().then_some(addresses);
        }
        loop {
            self.skip_space();
            addresses += self.address(false)?;
            if !self.skip_comments() {
                return None;
            }
            if self.consume(';') {
                return self.skip_comments().then_some(addresses);
            }
            self.expect(',')?;
        }
    }

    /// Parses an address without a name, such as `ann@example.com`.
    fn spec(&mut self) -> Option<()> {
        self.skip_space();
        if self.rest.starts_with('"') {
            if self.quoted_string()?.is_empty() {
                return None;
            }
        } else {
            self.dot_atom()?;
        }
        self.expect('@')?;
        self.skip_space();
        if self.rest.starts_with('[') { self.domain_literal() } else { self.dot_atom() }
    }

    /// Parses a name of words. Only the first word must be well-formed. Go joins encoded words, and
    /// rejects a name that is empty afterwards.
    fn phrase(&mut self) -> Option<()> {
        let mut is_empty = true;
        let mut has_words = false;
        loop {
            if has_words && !self.skip_comments() {
                return None;
            }
            self.skip_space();
            if self.rest.is_empty() {
                return Some(());
            }
            let word = if self.rest.starts_with('"') {
                self.quoted_string().map(|_| Word::Plain)
            } else {
                self.atom().map(encoded_word::decode)
            };
            match word {
                None | Some(Word::UnknownCharset) => return (!is_empty).then_some(()),
                Some(Word::Encoded { is_empty: nothing }) => is_empty &= nothing,
                Some(Word::Plain) => (is_empty, has_words) = (false, true),
            }
        }
    }

    /// Parses a quoted string, and returns the text between the quotes.
    fn quoted_string(&mut self) -> Option<&'t str> {
        let inner = self.rest.strip_prefix('"')?;
        let mut is_escaped = false;
        for (place, letter) in inner.char_indices() {
            match letter {
                _ if !is_visible(letter) && !is_space(letter) => return None,
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '"' => {
                    let (text, rest) = inner.split_at(place);
                    self.rest = rest.strip_prefix('"')?;
                    return Some(text);
                }
                _ => {}
            }
        }
        None
    }

    /// Parses atoms with a single dot between them.
    fn dot_atom(&mut self) -> Option<()> {
        let atoms = self.atom()?;
        atoms.split('.').all(|atom| !atom.is_empty()).then_some(())
    }

    /// Parses an atom in which dots may occur anywhere.
    fn atom(&mut self) -> Option<&'t str> {
        let end = self.rest.find(|letter| !is_atom(letter)).unwrap_or(self.rest.len());
        let (atom, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!atom.is_empty()).then_some(atom)
    }

    /// Parses an IP address in brackets.
    fn domain_literal(&mut self) -> Option<()> {
        let (address, rest) = self.rest.strip_prefix('[')?.split_once(']')?;
        self.rest = rest;
        address.parse::<IpAddr>().is_ok().then_some(())
    }

    /// Parses a comment after an address, in which Go decodes the words.
    fn display_name_comment(&mut self) -> Option<()> {
        self.expect('(')?;
        let comment = self.comment()?;
        let mut words = comment.split([' ', '\t']);
        words.all(|word| encoded_word::decode(word) != Word::UnknownCharset).then_some(())
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches(is_space);
    }

    fn consume(&mut self, letter: char) -> bool {
        self.expect(letter).is_some()
    }

    fn expect(&mut self, letter: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(letter)?;
        Some(())
    }

    /// Skips spaces and comments. Returns `false` if a comment does not end.
    fn skip_comments(&mut self) -> bool {
        self.skip_space();
        while self.consume('(') {
            if self.comment().is_none() {
                return false;
            }
            self.skip_space();
        }
        true
    }

    /// Parses a comment after its parenthesis, and returns its text without backslashes.
    fn comment(&mut self) -> Option<String> {
        let mut depth = 1;
        let mut text = String::new();
        let mut letters = self.rest.chars();
        while let Some(mut letter) = letters.next() {
            match letter {
                '\\' => letter = letters.next().unwrap_or(letter),
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.rest = letters.as_str();
                return Some(text);
            }
            text.push(letter);
        }
        None
    }
}

fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t')
}

fn is_visible(letter: char) -> bool {
    letter.is_ascii_graphic() || !letter.is_ascii()
}

fn is_atom(letter: char) -> bool {
    is_visible(letter) && !"()<>[]:;@\\,\"".contains(letter)
}
