//! Iterators over the members of objects and sets.

use core::iter::{Copied, FusedIterator};
use core::slice;

use super::{Object, Set, Value};

/// An iterator over the pairs of an object, in the order of their keys.
///
/// ```
/// use ferrego_runtime::{Arena, json};
///
/// let arena = Arena::new();
/// let labels = json::parse(&arena, br#"{"tier": "web", "app": "shop"}"#)?;
/// let labels = labels.as_object().expect("an object");
/// let keys: Vec<_> = labels.iter().filter_map(|(key, _)| key.as_str()).collect();
/// assert_eq!(keys, ["app", "tier"]);
/// # Ok::<(), json::JsonError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Pairs<'a>(Copied<slice::Iter<'a, (Value<'a>, Value<'a>)>>);

/// An iterator over the members of a set, in order.
///
/// ```
/// use ferrego_runtime::Arena;
/// use ferrego_runtime::collections::SetBuilder;
///
/// let arena = Arena::new();
/// let mut names = SetBuilder::new(&arena);
/// names.insert("web".into());
/// names.insert("db".into());
/// let names = names.finish();
/// let names = names.as_set().expect("a set");
/// assert!(names.iter().eq(["db".into(), "web".into()]));
/// ```
#[derive(Clone, Debug)]
pub struct Members<'a>(Copied<slice::Iter<'a, Value<'a>>>);

/// Implements the traits of an iterator over a slice, and both forms of iteration.
macro_rules! iterate {
    ($collection:ident, $iterator:ident, $field:ident, $item:ty) => {
        impl<'a> $collection<'a> {
            /// Returns an iterator over the members, in order.
            pub fn iter(&self) -> $iterator<'a> {
                $iterator(self.$field.iter().copied())
            }
        }

        impl<'a> IntoIterator for $collection<'a> {
            type Item = $item;
            type IntoIter = $iterator<'a>;

            fn into_iter(self) -> $iterator<'a> {
                self.iter()
            }
        }

        impl<'a> IntoIterator for &$collection<'a> {
            type Item = $item;
            type IntoIter = $iterator<'a>;

            fn into_iter(self) -> $iterator<'a> {
                self.iter()
            }
        }

        impl<'a> Iterator for $iterator<'a> {
            type Item = $item;

            fn next(&mut self) -> Option<$item> {
                self.0.next()
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                self.0.size_hint()
            }
        }

        impl DoubleEndedIterator for $iterator<'_> {
            fn next_back(&mut self) -> Option<Self::Item> {
                self.0.next_back()
            }
        }

        impl ExactSizeIterator for $iterator<'_> {}

        impl FusedIterator for $iterator<'_> {}
    };
}

iterate!(Object, Pairs, pairs, (Value<'a>, Value<'a>));
iterate!(Set, Members, members, Value<'a>);

#[cfg(test)]
mod tests {
    use core::fmt::Write as _;

    use crate::arena::Arena;
    use crate::collections::{ObjectBuilder, SetBuilder};

    #[test]
    fn members_are_iterated_in_order_from_both_ends() {
        let arena = Arena::new();
        let mut set = SetBuilder::new(&arena);
        for member in [3, 1, 2, 1] {
            set.insert(member.into());
        }
        let set = set.finish().as_set().expect("a set");
        assert_eq!(set.iter().len(), 3);
        assert_eq!(
            set.into_iter().filter_map(|member| member.as_i64()).collect::<Vec<_>>(),
            [1, 2, 3]
        );
        assert_eq!((&set).into_iter().next_back(), Some(3.into()));
    }

    #[test]
    fn pairs_are_iterated_in_the_order_of_their_keys() {
        let arena = Arena::new();
        let mut object = ObjectBuilder::new(&arena);
        object.insert("b".into(), 1.into());
        object.insert("a".into(), 2.into());
        let object = object.finish().as_object().expect("an object");
        let mut text = String::new();
        for (key, value) in object {
            write!(text, "{key}={value} ").expect("memory");
        }
        assert_eq!(text, r#""a"=2 "b"=1 "#);
        assert_eq!(object.iter().size_hint(), (2, Some(2)));
    }
}
