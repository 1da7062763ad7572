import Kernels
import Testing

@Suite struct QuantizeRowsTests {
  func check(
    _ input: [[Float]], groupSize: Int, balance: [Float]? = nil, _ context: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let channels = input[0].count
    let expected = Quantized(input, groupSize: groupSize, balance: balance)
    for table in availableTables() {
      let storage = QuantizedStorage(rows: input.count, channels: channels, groupSize: groupSize)
      storage.quantize(input, on: table, balance: balance)
      let rows = storage.operands
      for m in input.indices {
        for g in 0..<rows.groups {
          let scale = rows.scales[m * rows.groups + g]
          #expect(
            sameBits(scale, expected.scales[m][g]), "\(table.name) \(context): scale of row \(m), group \(g)",
            sourceLocation: sourceLocation)
          #expect(
            table.zeroPoint(rows.zeroPoints[m * rows.groups + g]) == expected.zeroPoints[m][g],
            "\(table.name) \(context): zero point of row \(m), group \(g)", sourceLocation: sourceLocation)
        }
        let flip: UInt8 = table.storesSigned ? 0x80 : 0
        let bytes = (0..<channels).map { rows.values[table.place(m, $0, rows)] ^ flip }
        #expect(
          bytes == expected.q[m], "\(table.name) \(context): bytes of row \(m)",
          sourceLocation: sourceLocation)
      }
    }
  }

  @Test func everyLength() {
    var random = Random(1)
    for channels in 1...130 {
      let input = (0..<3).map { _ in (0..<channels).map { _ in random.activation() } }
      for groupSize in [0, 16, 32, 64, 1024] {
        check(input, groupSize: groupSize, "\(channels) channels in groups of \(groupSize)")
      }
    }
  }

  /// Rows and groups that fill tiles, and rows that end in the middle of one.
  @Test func tiles() {
    var random = Random(6)
    for (rows, channels, groupSize) in [(1, 64, 0), (17, 128, 64), (33, 192, 0), (40, 320, 128)] {
      let input = (0..<rows).map { _ in (0..<channels).map { _ in random.activation() } }
      check(input, groupSize: groupSize, "\(rows) rows of \(channels) in groups of \(groupSize)")
    }
  }

  /// Some groups from a buffer of their own leave the others alone.
  @Test func groupsByThemselves() {
    var random = Random(7)
    for (channels, groupSize) in [(256, 64), (100, 32)] {
      let input = (0..<3).map { _ in (0..<channels).map { _ in random.activation() } }
      for table in availableTables() {
        let whole = QuantizedStorage(rows: 3, channels: channels, groupSize: groupSize)
        whole.quantize(input, on: table)
        let parts = QuantizedStorage(rows: 3, channels: channels, groupSize: groupSize)
        for group in 0..<parts.operands.groups {
          parts.quantize(input, on: table, groups: group..<group + 1)
        }
        for m in 0..<3 {
          let places = (0..<channels).map { table.place(m, $0, whole.operands) }
          #expect(places.map { whole.operands.values[$0] } == places.map { parts.operands.values[$0] })
          for step in m * whole.operands.groups..<(m + 1) * whole.operands.groups {
            #expect(sameBits(whole.operands.scales[step], parts.operands.scales[step]))
            #expect(whole.operands.zeroPoints[step] == parts.operands.zeroPoints[step])
          }
        }
      }
    }
  }

  @Test func balance() {
    var random = Random(2)
    for channels in [7, 48, 100] {
      let input = (0..<4).map { _ in (0..<channels).map { _ in random.activation() } }
      let factors = (0..<channels).map { _ in Float.random(in: 0.1...10, using: &random) }
      for groupSize in [0, 32] {
        check(input, groupSize: groupSize, balance: factors, "\(channels) balanced")
      }
    }
  }

  /// Rows of one magnitude each, over every exponent: scales that are subnormal, inverses that would overflow.
  @Test func everyExponent() {
    var random = Random(3)
    for exponent in 0..<255 {
      let unit = Float(bitPattern: UInt32(exponent) << 23)
      let input = (0..<2).map { _ in (0..<20).map { _ in Float.random(in: -1...1, using: &random) * unit } }
      check(input, groupSize: 0, "exponent \(exponent)")
    }
  }

  @Test func anyBits() {
    var random = Random(4)
    for _ in 0..<500 {
      check([(0..<33).map { _ in random.anyFloat() }], groupSize: 16, "any bits")
      check([(0..<33).map { _ in random.finiteFloat() }], groupSize: 16, "any finite bits")
    }
  }

  /// Whole lines of bytes and what is left of a group, with bits of every kind.
  @Test func linesOfAnyBits() {
    var random = Random(5)
    for _ in 0..<200 {
      for groupSize in [0, 64, 80] {
        check([(0..<180).map { _ in random.anyFloat() }], groupSize: groupSize, "any bits")
        check([(0..<180).map { _ in random.finiteFloat() }], groupSize: groupSize, "any finite bits")
      }
    }
  }

  /// One element that is no number, wherever it is and whatever its sign, makes the scale of its group NaN and of no other.
  @Test func notFinite() {
    for bad: Float in [.nan, -.nan, .infinity, -.infinity] {
      for place in 0..<150 {
        var row = (0..<150).map { Float($0 % 7) - 3 }
        row[place] = bad
        for groupSize in [0, 64] { check([row], groupSize: groupSize, "\(bad) at \(place)") }
      }
    }
  }

  /// Ranges that only zeros, or numbers of one sign, are in.
  @Test func signs() {
    for count in [16, 64, 70] {
      check([[Float](repeating: -0.0, count: count)], groupSize: 0, "negative zeros")
      check([[-0.0] + [Float](repeating: 2, count: count - 1)], groupSize: 0, "a negative zero, and positive")
      check([[0] + [Float](repeating: -2, count: count - 1)], groupSize: 0, "a zero, and negative")
    }
  }

  /// Halves between two bytes go to the even one.
  @Test func ties() {
    check([[0, 255] + (0..<40).map { Float($0) + 0.5 }], groupSize: 0, "ties")
    check([[-100, 155] + (0..<40).map { Float($0) - 20.5 }], groupSize: 0, "ties about a zero point")
    check([[Float](repeating: 0, count: 20), [Float](repeating: -0.0, count: 20)], groupSize: 0, "zeros")
    check([[Float](repeating: 3, count: 20), [Float](repeating: -3, count: 20)], groupSize: 0, "constants")
  }
}

/// What is private to the tables, known to these tests only.
extension KernelTable {
  /// Whether bytes and zero points are stored 128 less.
  var storesSigned: Bool { ["portable", "neon", "neondot", "neoni8mm"].contains("\(name)") }

  func zeroPoint(_ stored: Int32) -> Int {
    switch "\(name)" {
    case "avx512vnni", "amx": -Int(Int16(truncatingIfNeeded: stored))
    default: Int(stored) + (storesSigned ? 128 : 0)
    }
  }

  /// Tiles of 16 rows by 64 channels where groups are as long, else row after row.
  func place(_ row: Int, _ channel: Int, _ rows: QuantizedRows) -> Int {
    let lengths = rows.groups == 1 ? rows.channels : rows.channels | rows.groupSize
    guard "\(name)" == "amx", lengths % 64 == 0 else { return row * rows.stride + channel }
    return row / 16 * 16 * rows.stride + channel / 64 * 1024 + row % 16 * 64 + channel % 64
  }
}
