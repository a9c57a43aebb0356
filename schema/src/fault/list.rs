//! Errors that are lists of faults.

/// Implements the conversions and the iterators of a tuple struct over a vector, such as
/// `struct Faults(Vec<Fault>)`.
#[doc(hidden)]
#[macro_export]
macro_rules! list_of {
    ($list:ident, $item:ident) => {
        impl $list {
            /// Returns the items in the order of the input.
            pub fn as_slice(&self) -> &[$item] {
                &self.0
            }

            /// Returns an iterator over the items.
            pub fn iter(&self) -> ::std::slice::Iter<'_, $item> {
                self.0.iter()
            }
        }

        impl From<Vec<$item>> for $list {
            fn from(items: Vec<$item>) -> Self {
                Self(items)
            }
        }

        impl From<$item> for $list {
            fn from(item: $item) -> Self {
                Self(vec![item])
            }
        }

        impl FromIterator<$item> for $list {
            fn from_iter<I: IntoIterator<Item = $item>>(items: I) -> Self {
                Self(items.into_iter().collect())
            }
        }

        impl IntoIterator for $list {
            type Item = $item;
            type IntoIter = ::std::vec::IntoIter<$item>;

            fn into_iter(self) -> Self::IntoIter {
                self.0.into_iter()
            }
        }

        impl<'l> IntoIterator for &'l $list {
            type Item = &'l $item;
            type IntoIter = ::std::slice::Iter<'l, $item>;

            fn into_iter(self) -> Self::IntoIter {
                self.iter()
            }
        }
    };
}
