//! The builtins for times in zones. The zones are those of the compiled-in IANA database. The
//! machine's zones are not read, so that answers do not depend on the machine.

use core::cmp::Ordering;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::calendar::{DateTime, SECOND, days_in_month, wrapping_seconds};
use super::format::Zoned;
use super::in_range;
use super::layout::{self, RFC3339_NANO, WEEKDAYS};
use crate::builtins::operand;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult};
use crate::number::float::Float;
use crate::value::Value;

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

thread_local! {
    /// The zones that this thread has looked up, at most as many as the database has. The thread
    /// neither waits for other threads nor shares reference counts with them.
    static OWN: RefCell<Vec<Rc<TimeZone>>> = const { RefCell::new(Vec::new()) };
}

/// Returns the zone with exactly this name. The database ignores the case of names, Go does not.
fn zone_named(name: &str) -> Option<Rc<TimeZone>> {
    OWN.with_borrow_mut(|own| {
        if let Some(known) = own.iter().find(|zone| zone.iana_name() == Some(name)) {
            return Some(Rc::clone(known));
        }
        let zone = ZONES.get(name).ok().filter(|zone| zone.iana_name() == Some(name))?;
        own.push(Rc::new(zone));
        own.last().cloned()
    })
}

/// Implements `time.date(ns)`: the year, month and day.
pub fn date<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let time = Time::operand(env, operands, 1)?.local();
    Ok(Some(integers(env, &[time.year, time.month, time.day])))
}

/// Implements `time.clock(ns)`: the hour, minute and second.
pub fn clock<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let time = Time::operand(env, operands, 1)?.local();
    Ok(Some(integers(env, &[time.hour, time.minute, time.second])))
}

/// Implements `time.weekday(ns)`: the English name of the day of the week.
pub fn weekday<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let time = Time::operand(env, operands, 1)?.local();
    Ok(WEEKDAYS.get(time.weekday).map(|name| Value::String(name)))
}

/// Implements `time.format(ns)`, which formats the time in a layout, by default that of RFC 3339.
pub fn format<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let time = Time::operand(env, operands, 1)?;
    let layout = if time.layout.is_empty() { RFC3339_NANO } else { layout::named(time.layout) };
    let (offset, abbreviation) = time.zone.at(env, time.nanoseconds.div_euclid(SECOND));
    let mut text = env.arena.text();
    let local = DateTime::new(time.nanoseconds, offset);
    Zoned { local, offset, abbreviation }
        .write(layout, &mut text)
        .map_err(|error| env.fail(format_args!("{error}")))?;
    Ok(Some(Value::String(text.into_bump_str())))
}

/// Implements `time.add_date(ns, years, months, days)`, which keeps the time of day. Days beyond a
/// month's end carry over (`Time.AddDate`).
pub fn add_date<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let time = Time::operand(env, operands, 1)?;
    let years = operand::integer(env, operands, 2)?;
    let months = operand::integer(env, operands, 3)?;
    let days = operand::integer(env, operands, 4)?;
    let local = time.local();
    let seconds = wrapping_seconds(
        local.year.wrapping_add(years),
        local.month.wrapping_add(months),
        local.day.wrapping_add(days),
        local.second_of_day(),
    );
    let seconds = i128::from(time.zone.to_utc(seconds));
    in_range(env, seconds * i128::from(SECOND) + i128::from(local.nanosecond))
}

/// Implements `time.diff(ns1, ns2)`: the years, months, days, hours, minutes and seconds between
/// the two times. Both are converted to the zone of the first one.
pub fn diff<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let one = Time::operand(env, operands, 1)?;
    let other = Time::operand(env, operands, 2)?;
    let (from, to) = match one.nanoseconds.cmp(&other.nanoseconds) {
        Ordering::Greater => (other.nanoseconds, one.nanoseconds),
        _ => (one.nanoseconds, other.nanoseconds),
    };
    let (from, to) = (one.zone.local(from), one.zone.local(to));
    let mut parts = [
        to.year - from.year,
        to.month - from.month,
        to.day - from.day,
        to.hour - from.hour,
        to.minute - from.minute,
        to.second - from.second,
    ];
    let month = days_in_month(from.year, from.month);
    // From the seconds on, a negative part borrows from the next larger unit.
    for (index, size) in [(5, 60), (4, 60), (3, 24), (2, month), (1, 12)] {
        if parts[index] < 0 {
            parts[index] += size;
            parts[index - 1] -= 1;
        }
    }
    Ok(Some(integers(env, &parts)))
}

/// A time zone: an offset from UTC and an abbreviation for every instant.
enum Zone {
    Utc,
    Named(Rc<TimeZone>),
}

impl Zone {
    /// Returns the zone `name`, as `time.LoadLocation` finds it. `Local` is UTC here.
    fn load<'a>(env: &Env<'a>, name: &str) -> Result<Self, BuiltinError<'a>> {
        if matches!(name, "" | "UTC" | "Local") {
            return Ok(Zone::Utc);
        }
        if name.contains("..") || name.starts_with(['/', '\\']) {
            return Err(env.fail(format_args!("time: invalid location name")));
        }
        match zone_named(name) {
            Some(zone) => Ok(Zone::Named(zone)),
            None => Err(env.fail(format_args!("unknown time zone {name}"))),
        }
    }

    /// Returns the seconds ahead of UTC and the abbreviation at `seconds` after 1970.
    fn at<'a>(&self, env: &Env<'a>, seconds: i64) -> (i64, &'a str) {
        match self {
            Zone::Utc => (0, "UTC"),
            Zone::Named(zone) => {
                let info = zone.to_offset_info(timestamp(seconds));
                (info.offset().seconds().into(), env.arena.string(info.abbreviation()))
            }
        }
    }

    fn offset(&self, seconds: i64) -> i64 {
        match self {
            Zone::Utc => 0,
            Zone::Named(zone) => zone.to_offset(timestamp(seconds)).seconds().into(),
        }
    }

    /// Returns the date and time that the zone's clocks show at an instant.
    fn local(&self, nanoseconds: i64) -> DateTime {
        DateTime::new(nanoseconds, self.offset(nanoseconds.div_euclid(SECOND)))
    }

    /// Returns the instant, in seconds, at which the zone's clocks show `local`. If the clocks
    /// change, chooses the instant like `time.Date`. The offset at `local` leads to a first
    /// instant, and the offset in effect then determines the result.
    fn to_utc(&self, local: i64) -> i64 {
        match self.offset(local) {
            0 => local,
            guess => local.wrapping_sub(self.offset(local.wrapping_sub(guess))),
        }
    }
}

/// Returns the instant, clamped to the range of the database.
fn timestamp(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(if seconds < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

/// An operand `ns`, `[ns, zone]` or `[ns, zone, layout]`.
struct Time<'a> {
    nanoseconds: i64,
    zone: Zone,
    layout: &'a str,
}

impl<'a> Time<'a> {
    /// Reads the operand at `position`. OPA's errors always name operand 1.
    fn operand(
        env: &Env<'a>,
        operands: &[Value<'a>],
        position: usize,
    ) -> Result<Self, BuiltinError<'a>> {
        let value = operand::at(operands, position);
        let parts = match value {
            Value::Number(_) => &[value],
            Value::Array(parts @ [_, ..]) => parts,
            _ => {
                let wanted = "either number (ns) or [number (ns), string (tz)]";
                return Err(env.operand(1, wanted, &value));
            }
        };
        let number = operand::number(env, parts, 1)?;
        let zone = match parts.get(1) {
            Some(name) => Zone::load(env, operand::string(env, &[*name], 1)?)?,
            None => Zone::Utc,
        };
        let layout = match parts.get(2) {
            Some(layout) => operand::string(env, &[*layout], 1)?,
            None => "",
        };
        let nanoseconds =
            number.held().or_else(|| Float::from_number(&number).and_then(|float| float.to_i64()));
        let Some(nanoseconds) = nanoseconds else {
            return Err(env.fail(format_args!("timestamp too big")));
        };
        Ok(Time { nanoseconds, zone, layout })
    }

    fn local(&self) -> DateTime {
        self.zone.local(self.nanoseconds)
    }
}

fn integers<'a>(env: &Env<'a>, parts: &[i64]) -> Value<'a> {
    Value::Array(env.arena.slice_with(parts.len(), |index| Value::int(parts[index])))
}
