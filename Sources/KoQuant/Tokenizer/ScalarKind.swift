/// What the tokenizer needs to know of one Unicode scalar; see `UnicodeTables`.
struct ScalarKind {
  private var flags: UInt8
  /// 0 for a starter, else the rank of the canonical combining class. Of nonspacing marks, which are dropped,
  /// only whether it is 0 means anything.
  var combining: UInt8

  /// Dropped by `cleansText`: controls, format characters, private use, U+0000, U+FFFD.
  var isRemoved: Bool { flags & 1 != 0 }
  var isWhitespace: Bool { flags & 2 != 0 }
  var isPunctuation: Bool { flags & 4 != 0 }
  /// Isolated by `splitsCJK`.
  var isIdeograph: Bool { flags & 8 != 0 }
  /// A word character of regular expressions (`\w`), which `singleWord` looks for beside an added token.
  var isWordCharacter: Bool { flags & 16 != 0 }
  /// Dropped by `stripsAccents`.
  var isNonspacingMark: Bool { flags & 32 != 0 }
  /// Has a canonical decomposition in the tables (Hangul syllables are computed instead).
  var decomposes: Bool { flags & 64 != 0 }
  var lowercases: Bool { flags & 128 != 0 }

  /// O(1) below U+30000, a short scan above.
  init(of scalar: UInt32) {
    let kind: UInt32
    if scalar < 0x30000 {
      let block = UnicodeTables.number(UnicodeTables.blockIndex, at: Int(scalar >> 6) * 2, digits: 2)
      kind = UnicodeTables.number(UnicodeTables.blocks, at: Int(block << 6 | scalar & 63), digits: 1)
    } else {
      kind = Self.kindInTail(scalar)
    }
    flags = UInt8(truncatingIfNeeded: UnicodeTables.number(UnicodeTables.kinds, at: Int(kind) * 3, digits: 2))
    combining = UInt8(
      truncatingIfNeeded: UnicodeTables.number(UnicodeTables.kinds, at: Int(kind) * 3 + 2, digits: 1))
  }

  private static func kindInTail(_ scalar: UInt32) -> UInt32 {
    var offset = UnicodeTables.tail.utf8CodeUnitCount - 5
    while offset > 0, UnicodeTables.number(UnicodeTables.tail, at: offset, digits: 4) > scalar { offset -= 5 }
    return UnicodeTables.number(UnicodeTables.tail, at: offset + 4, digits: 1)
  }
}

extension UnicodeTables {
  /// The base-64 number of `digits` digits at a byte of a table. The caller keeps within the table.
  @inline(__always)
  static func number(_ table: StaticString, at offset: Int, digits: Int) -> UInt32 {
    var value: UInt32 = 0
    for i in 0..<digits { value = value << 6 | UInt32(table.utf8Start[offset + i] &- 48) }
    return value
  }

  /// Offset of the last record whose key (its first three digits) is at most `key`; nil when there is none.
  static func lastRecord(_ table: StaticString, size: Int, atMost key: UInt32) -> Int? {
    var low = 0
    var high = table.utf8CodeUnitCount / size
    while low < high {
      let middle = (low + high) / 2
      if number(table, at: middle * size, digits: 3) <= key { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : (low - 1) * size
  }
}
