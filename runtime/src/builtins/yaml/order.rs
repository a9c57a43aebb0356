//! The natural order of keys in YAML that `go-yaml` writes (`sorter.go`), with `k9` before `k10`.

use core::cmp::Ordering;

/// Sorts pairs by their keys.
///
/// The order is not transitive: of `a`, `1a` and a number beyond `int64`, each may come before the
/// next. The standard library's sorts may panic for such an order; this merge sort does not.
pub(super) fn sort<T>(mut pairs: Vec<(String, T)>) -> Vec<(String, T)> {
    if pairs.len() < 2 {
        return pairs;
    }
    let right = sort(pairs.split_off(pairs.len() / 2));
    let left = sort(pairs);
    let mut sorted = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(one), Some(other)) = (left.peek(), right.peek()) {
        let is_left = compare(&one.0, &other.0).is_le();
        sorted.extend(if is_left { left.next() } else { right.next() });
    }
    sorted.extend(left);
    sorted.extend(right);
    sorted
}

/// Compares two keys.
fn compare(a: &str, b: &str) -> Ordering {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let Some(place) = a.iter().zip(&b).position(|(x, y)| x != y) else {
        return a.len().cmp(&b.len());
    };
    let (x, y) = (a[place], b[place]);
    let behind_digit = place > 0 && a[place - 1].is_numeric();
    match (x.is_alphabetic(), y.is_alphabetic()) {
        (true, true) => return x.cmp(&y),
        (true, false) => return less_if(behind_digit),
        (false, true) => return less_if(!behind_digit),
        (false, false) => {}
    }
    let zero = x == '0' || y == '0';
    let digits_before = a[..place].iter().rev().take_while(|c| c.is_numeric());
    let start = i64::from(zero && digits_before.into_iter().any(|&c| c != '0'));
    let ((first, first_digits), (second, second_digits)) =
        (count(&a[place..], start), count(&b[place..], start));
    first.cmp(&second).then(first_digits.cmp(&second_digits)).then(x.cmp(&y))
}

fn less_if(less: bool) -> Ordering {
    if less { Ordering::Less } else { Ordering::Greater }
}

/// Returns the number at the beginning of `text`, preceded by the digit `start`, and the number of
/// its digits.
fn count(text: &[char], start: i64) -> (i64, usize) {
    let digits = text.iter().map_while(|c| c.to_digit(10));
    digits.fold((start, 0), |(number, length), digit| {
        (number.wrapping_mul(10).wrapping_add(digit.into()), length + 1)
    })
}
