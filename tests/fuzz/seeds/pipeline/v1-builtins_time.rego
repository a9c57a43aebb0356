# Points in time, in nanoseconds since 1970.
package builtins.time

answers.time.add_date := time.add_date(0, 1, 1, 1)

answers.time.clock := [time.clock(3723000000000), time.clock([0, "Asia/Tokyo"])]

answers.time.date := time.date(34300800000000000)

answers.time.diff := time.diff(0, 34300800000000000)

answers.time.format := [time.format(0), time.format([0, "UTC", "2006-01-02"])]

answers.time.now_ns := [time.now_ns() > 1700000000000000000, time.now_ns() == time.now_ns()]

answers.time.parse_duration_ns := [time.parse_duration_ns("1h1ms"), time.parse_duration_ns("-1.5s")]

answers.time.parse_ns := time.parse_ns("2006-01-02", "1970-01-02")

answers.time.parse_rfc3339_ns := [
	time.parse_rfc3339_ns("1970-01-01T00:00:01Z"),
	time.parse_rfc3339_ns("1970-01-01T01:00:00.5+01:00"),
]

answers.time.weekday := [time.weekday(0), time.weekday(34300800000000000)]
