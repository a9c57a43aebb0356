//! Tests of times in zones.

use super::*;
use crate::arena::Arena;
use crate::env::NoHost;

type Function = for<'a> fn(&Env<'a>, &[Value<'a>]) -> BuiltinResult<'a>;

/// Noon of 29 February 2020, UTC.
const LEAP_DAY: i64 = 1_582_977_600_000_000_000;

/// Calls `function` with a time, a zone and a layout. Returns the printed answer.
fn shown(function: Function, nanoseconds: i64, texts: &[&str]) -> String {
    let arena = Arena::new();
    let env = Env::strict(&arena, &NoHost);
    let mut parts = vec![Value::int(nanoseconds)];
    parts.extend(texts.iter().map(|text| Value::String(env.arena.string(text))));
    show(function(&env, &[arena.array(&parts)]))
}

fn show(result: BuiltinResult<'_>) -> String {
    match result {
        Ok(Some(Value::String(text))) => text.to_owned(),
        Ok(Some(Value::Number(number))) => number.as_i64().expect("an integer").to_string(),
        Ok(Some(Value::Array(parts))) => {
            let parts: Vec<String> = parts.iter().map(|part| show(Ok(Some(*part)))).collect();
            parts.join(" ")
        }
        Ok(other) => panic!("no text, number or array: {other:?}"),
        Err(error) => format!("{}: {}", error.code.as_str(), error.message),
    }
}

#[test]
fn parts_of_a_time() {
    assert_eq!(shown(date, LEAP_DAY, &[]), "2020 2 29");
    assert_eq!(shown(date, LEAP_DAY, &["Pacific/Kiritimati"]), "2020 3 1");
    assert_eq!(shown(clock, LEAP_DAY, &["America/New_York"]), "7 0 0");
    assert_eq!(shown(clock, -1, &["UTC"]), "23 59 59");
    assert_eq!(shown(weekday, LEAP_DAY, &[""]), "Saturday");
}

#[test]
fn formats() {
    let summer = LEAP_DAY + 150 * 86_400_000_000_000 + 1_000;
    assert_eq!(shown(format, LEAP_DAY, &[]), "2020-02-29T12:00:00Z");
    assert_eq!(shown(format, summer, &["Europe/Berlin"]), "2020-07-28T14:00:00.000001+02:00");
    assert_eq!(
        shown(format, summer, &["Europe/Berlin", "RFC1123"]),
        "Tue, 28 Jul 2020 14:00:00 CEST"
    );
    assert_eq!(shown(format, LEAP_DAY, &["Asia/Kolkata", "15:04 MST -07"]), "17:30 IST +05");
}

#[test]
fn zones_are_named_exactly() {
    let unknown = "eval_builtin_error: unknown time zone europe/berlin";
    assert_eq!(shown(date, 0, &["europe/berlin"]), unknown);
    assert_eq!(shown(date, 0, &["../x"]), "eval_builtin_error: time: invalid location name");
    assert_eq!(shown(date, 0, &["US/Eastern"]), "1969 12 31");
}

#[test]
fn operands_of_other_types() {
    let arena = Arena::new();
    let env = Env::strict(&arena, &NoHost);
    let wanted = "operand 1 must be either number (ns) or [number (ns), string (tz)] but got";
    assert_eq!(
        show(diff(&env, &[Value::int(0), Value::Null])),
        format!("eval_type_error: {wanted} null")
    );
    assert_eq!(show(date(&env, &[Value::Array(&[])])), format!("eval_type_error: {wanted} array"));
}

#[test]
fn dates_are_added_on_the_calendar() {
    let arena = Arena::new();
    let env = Env::strict(&arena, &NoHost);
    let add = |time: Value<'static>, years, months, days| {
        let time = match time {
            Value::Array(parts) => arena.array(parts),
            other => other,
        };
        show(add_date(&env, &[time, Value::int(years), Value::int(months), Value::int(days)]))
    };
    let day = 86_400_000_000_000;
    // One year after 29 February is 1 March.
    assert_eq!(add(Value::int(LEAP_DAY), 1, 0, 0), (LEAP_DAY + 366 * day).to_string());
    assert_eq!(add(Value::int(LEAP_DAY), 0, -2, 3), (LEAP_DAY - 59 * day).to_string());
    let outside = "eval_builtin_error: time outside of valid range";
    // Go's 64-bit integers wrap around.
    assert_eq!(add(Value::int(0), i64::MAX, 0, 0), "-31487616000000000");
    assert_eq!(add(Value::int(0), i64::MIN, 0, 0), "48384000000000");
    assert_eq!(add(Value::int(0), 0, i64::MAX, 0), "-2688768000000000");
    assert_eq!(add(Value::int(0), 0, i64::MIN, 0), "-152064000000000");
    assert_eq!(add(Value::int(0), 0, 0, 92_233_720_368_475_808), "-6216486912000000000");
    assert_eq!(add(Value::int(0), 300, 0, 0), outside);
    // Clocks went forward at 2:00 on 29 March 2020, so the day had 23 hours.
    let before = [Value::int(1_585_396_800_000_000_000), Value::String("Europe/Berlin")];
    assert_eq!(show(clock(&env, &[arena.array(&before)])), "13 0 0");
    let after =
        add_date(&env, &[arena.array(&before), Value::int(0), Value::int(0), Value::int(1)]);
    assert_eq!(show(after), (1_585_396_800_000_000_000 + 23 * day / 24).to_string());
}

#[test]
fn differences() {
    let arena = Arena::new();
    let env = Env::strict(&arena, &NoHost);
    let later = 1_585_852_421_593_912_000;
    let between = |one, other| show(diff(&env, &[Value::int(one), Value::int(other)]));
    assert_eq!(between(LEAP_DAY, later), "0 1 2 6 33 41");
    assert_eq!(between(later, LEAP_DAY), "0 1 2 6 33 41");
    assert_eq!(between(LEAP_DAY, LEAP_DAY), "0 0 0 0 0 0");
    assert_eq!(between(-1, 0), "0 0 0 0 0 1");
}
