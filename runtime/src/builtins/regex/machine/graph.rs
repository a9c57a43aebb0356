//! Patterns as graphs whose edges consume bytes (nondeterministic automata).

use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};
use regex_syntax::utf8::Utf8Sequences;

/// The index of a node.
pub(super) type Id = usize;

/// The requirement at a place in a pattern.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// None: the pattern has matched.
    Match,
    /// A byte in an inclusive range, then the given node.
    Byte(u8, u8, Id),
    /// One of several nodes.
    Any(Vec<Id>),
    /// The start of the text, then the given node.
    Start(Id),
    /// The end of the text, then the given node.
    End(Id),
}

/// The graph of a pattern.
#[derive(Debug)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    pub(super) first: Id,
}

/// The maximum number of nodes; the engine handles larger patterns.
const MOST: usize = 500;

impl Graph {
    /// Returns the graph of a pattern. Returns `None` if the graph is too large, or if the pattern
    /// requires anything except bytes and the ends of the text.
    pub(super) fn new(hir: &Hir) -> Option<Self> {
        let mut graph = Self { nodes: vec![Node::Match], first: 0 };
        graph.first = graph.pattern(hir, 0)?;
        Some(graph)
    }

    fn add(&mut self, node: Node) -> Option<Id> {
        self.nodes.push(node);
        (self.nodes.len() <= MOST).then(|| self.nodes.len() - 1)
    }

    /// Adds the nodes for `hir` in front of `next`. Greediness is ignored, because it does not
    /// change whether a text matches.
    fn pattern(&mut self, hir: &Hir, next: Id) -> Option<Id> {
        match hir.kind() {
            HirKind::Empty => Some(next),
            HirKind::Literal(literal) => literal
                .0
                .iter()
                .rev()
                .try_fold(next, |next, &byte| self.add(Node::Byte(byte, byte, next))),
            HirKind::Class(class) => self.class(class, next),
            HirKind::Look(Look::Start) => self.add(Node::Start(next)),
            HirKind::Look(Look::End) => self.add(Node::End(next)),
            HirKind::Look(_) => None,
            HirKind::Repetition(repetition) => self.repetition(repetition, next),
            HirKind::Capture(capture) => self.pattern(&capture.sub, next),
            HirKind::Concat(parts) => {
                parts.iter().rev().try_fold(next, |next, part| self.pattern(part, next))
            }
            HirKind::Alternation(parts) => {
                let parts: Option<Vec<_>> =
                    parts.iter().map(|part| self.pattern(part, next)).collect();
                self.add(Node::Any(parts?))
            }
        }
    }

    fn class(&mut self, class: &Class, next: Id) -> Option<Id> {
        let mut heads = Vec::new();
        match class {
            Class::Bytes(class) => {
                for range in class.ranges() {
                    heads.push(self.add(Node::Byte(range.start(), range.end(), next))?);
                }
            }
            Class::Unicode(class) => {
                let ranges = class.ranges().iter();
                for sequence in ranges.flat_map(|r| Utf8Sequences::new(r.start(), r.end())) {
                    let parts = sequence.as_slice().iter().rev();
                    let head = parts.into_iter().try_fold(next, |next, part| {
                        self.add(Node::Byte(part.start, part.end, next))
                    });
                    heads.push(head?);
                }
            }
        }
        match heads.as_slice() {
            [head] => Some(*head),
            _ => self.add(Node::Any(heads)),
        }
    }

    fn repetition(&mut self, repetition: &Repetition, next: Id) -> Option<Id> {
        let sub = &repetition.sub;
        let mut first = next;
        match repetition.max {
            None => {
                first = self.add(Node::Any(Vec::new()))?;
                let again = self.pattern(sub, first)?;
                if let Some(node) = self.nodes.get_mut(first) {
                    *node = Node::Any(vec![again, next]);
                }
            }
            Some(most) => {
                for _ in repetition.min..most {
                    let one = self.pattern(sub, first)?;
                    first = self.add(Node::Any(vec![one, next]))?;
                }
            }
        }
        (0..repetition.min).try_fold(first, |next, _| self.pattern(sub, next))
    }
}
