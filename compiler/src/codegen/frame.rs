//! The constructs that a failing statement leaves, and their labels.

use proc_macro2::Ident;
use syn::Lifetime;

/// A construct that encloses the current statement.
pub(super) enum Frame {
    /// The function: a failing statement returns undefined.
    Function,
    /// The closure of a lazy value: a failing statement makes the value undefined.
    Lazy,
    /// A loop: a failing statement continues with the next iteration.
    Loop,
    /// A block without a value: a failing statement leaves it.
    Scope(Label),
    /// A block that is true if it finds a solution.
    Exists(Label, Option<Ident>),
    /// A block whose value is the first one that it reaches.
    First(Label),
}

impl Frame {
    pub(super) fn is_labeled(&self, name: &str) -> bool {
        match self {
            Frame::Scope(label) | Frame::Exists(label, _) | Frame::First(label) => {
                label.name.ident == name
            }
            Frame::Function | Frame::Lazy | Frame::Loop => false,
        }
    }
}

/// A label, which is printed only if a jump uses it.
pub(super) struct Label {
    pub(super) name: Lifetime,
    pub(super) used: bool,
}

impl Label {
    /// Returns the name of the label, for a jump.
    pub(super) fn jump(&mut self) -> Lifetime {
        self.used = true;
        self.name.clone()
    }
}
