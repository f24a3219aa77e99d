//! Floating-point numbers as text: what `core::fmt` has takes a third of a small module.

use std::cmp::Ordering;

/// The lowest word first, none of them 0 at the end.
#[derive(Clone)]
struct Big(Vec<u32>);

impl Big {
    fn of(value: u64, shift: u32) -> Big {
        let mut big = Big(vec![0; shift as usize / 32]);
        big.0.extend([value as u32, (value >> 32) as u32]);
        big.scale(1 << (shift % 32));
        big.trim()
    }

    fn trim(mut self) -> Big {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }

    fn scale(&mut self, by: u32) {
        let mut carry = 0u64;
        for word in &mut self.0 {
            carry += u64::from(*word) * u64::from(by);
            *word = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    /// Adds, or for -1 takes away what is not more.
    fn plus(&self, other: &Big, sign: i64) -> Big {
        let (mut sum, mut carry) = (Vec::new(), 0i64);
        for i in 0..=self.0.len().max(other.0.len()) {
            let word = |big: &Big| i64::from(big.0.get(i).copied().unwrap_or(0));
            carry += word(self) + sign * word(other);
            sum.push(carry as u32);
            carry >>= 32;
        }
        Big(sum).trim()
    }

    fn compare(&self, other: &Big) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

/// The fewest digits that are read as the same number again (Steele and White, 1990).
pub(crate) fn float(value: f64, single: bool, out: &mut String) {
    let word = value.to_bits();
    let (mut exponent, mut fraction) = ((word >> 52 & 2047) as i32 - 1075, word & ((1 << 52) - 1));
    if exponent == 972 {
        let infinite = if word >> 63 != 0 { "\"-Infinity\"" } else { "\"Infinity\"" };
        return out.push_str(if fraction != 0 { "\"NaN\"" } else { infinite });
    }
    if word >> 63 != 0 {
        out.push('-');
    }
    if exponent == -1075 {
        exponent += 1;
    } else {
        fraction |= 1 << 52;
    }
    if fraction == 0 {
        return out.push_str("0.0");
    }
    let least = if single { -149 } else { -1074 };
    if single {
        (exponent, fraction) = (exponent + 29, fraction >> 29);
        while exponent < least {
            (exponent, fraction) = (exponent + 1, fraction >> 1);
        }
    }
    let edge = fraction == 1 << (if single { 23 } else { 52 }) && exponent > least;
    let (digits, k) = shortest(fraction, exponent, edge as u32);
    scaled(&digits, k, out);
}

/// Digits and k of 0.digits * 10^k.
fn shortest(fraction: u64, exponent: i32, edge: u32) -> (Vec<u8>, i32) {
    let even = fraction & 1 == 0;
    let reaches = |a: &Big, b: &Big, c: &Big| match a.plus(b, 1).compare(c) {
        Ordering::Equal => even,
        order => order == Ordering::Greater,
    };
    let (up, down) = (exponent.max(0) as u32, (-exponent).max(0) as u32);
    let (mut r, mut s) = (Big::of(fraction, up + 1 + edge), Big::of(1, down + 1 + edge));
    let (mut above, mut below, mut k) = (Big::of(1, up + edge), Big::of(1, up), 0);
    while reaches(&r, &above, &s) {
        s.scale(10);
        k += 1;
    }
    let mut digits = Vec::new();
    loop {
        r.scale(10);
        above.scale(10);
        below.scale(10);
        if digits.is_empty() && !reaches(&r, &above, &s) {
            k -= 1; // the first digit would be 0
            continue;
        }
        let mut digit = b'0';
        while r.compare(&s) != Ordering::Less {
            r = r.plus(&s, -1);
            digit += 1;
        }
        let low = match r.compare(&below) {
            Ordering::Equal => even,
            order => order == Ordering::Less,
        };
        let high = reaches(&r, &above, &s);
        let half = r.plus(&r, 1).compare(&s) != Ordering::Less;
        digits.push(digit + (high && (!low || half)) as u8);
        if low || high {
            return (digits, k);
        }
    }
}

/// With an exponent only where there would be many zeros.
fn scaled(digits: &[u8], k: i32, out: &mut String) {
    let whole = match k {
        1..=21 => k as usize,
        -5..=0 => 0,
        _ => 1,
    };
    let digit = |i: usize| char::from(digits.get(i).copied().unwrap_or(b'0'));
    (0..whole).for_each(|i| out.push(digit(i)));
    if whole == 0 {
        out.push('0');
    }
    out.push('.');
    (k..0).take(if whole == 0 { 6 } else { 0 }).for_each(|_| out.push('0'));
    (whole..digits.len().max(whole + 1)).for_each(|i| out.push(digit(i)));
    if whole == 1 && k != 1 {
        out.push('e');
        out.push_str(&(k - 1).to_string());
    }
}
