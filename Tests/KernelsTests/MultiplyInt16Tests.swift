import Kernels
import Testing

/// Products of 16-bit integers against exact sums, on every table.
@Suite struct MultiplyInt16Tests {
  /// - Parameter integer: an element of A (false) or B (true).
  func check(
    rows: Int, columns: Int, inner: Int, scaled: Bool, _ integer: (_ right: Bool) -> Int16
  ) {
    let pairs = (inner + 1) / 2
    let aStride = 2 * pairs + 16
    let cStride = columns + 16
    let a = (0..<rows * aStride).map {
      $0 % aStride < inner ? integer(false) : $0 % aStride < 2 * pairs ? 0 : -77
    }
    let b = (0..<columns * pairs * 2).map { _ in integer(true) }
    let scale: Float = 0.37
    let scales = (0..<rows).map { Float($0) + 0.1 }
    var expected = [Float](repeating: -77, count: rows * cStride)
    for m in 0..<rows {
      for n in 0..<columns {
        let panel = n / 16 * pairs * 32 + n % 16 * 2
        let sum = (0..<2 * pairs).reduce(Int64(0)) {
          $0 + Int64(a[m * aStride + $1]) * Int64(b[panel + $1 / 2 * 32 + $1 % 2])
        }
        expected[m * cStride + n] = Float(sum) * (scale * (scaled ? scales[m] : 1))
      }
    }
    for table in availableTables() {
      var actual = [Float](repeating: -77, count: rows * cStride)
      actual.withUnsafeMutableBufferPointer { c in
        a.withUnsafeBytes { a in
          b.withUnsafeBufferPointer { b in
            scales.withUnsafeBufferPointer { scales in
              table.multiplyInt16(
                MultiplyInt16(
                  a: a.baseAddress!, aStride: 2 * aStride, b: b.baseAddress!, c: c.baseAddress!,
                  cStride: cStride,
                  rows: rows, columns: columns, pairs: pairs, scale: scale,
                  rowScales: scaled ? scales.baseAddress : nil))
            }
          }
        }
      }
      expectSame(actual, expected, "\(table.name) \(rows)x\(inner)x\(columns)")
    }
  }

  @Test func everyShape() {
    var random = Random(3)
    for rows in 1...14 {
      for columns in [16, 32, 48, 64, 80, 128, 144] {
        for inner in [1, 2, 5, 33, 64] {
          let limit = Int16(MultiplyInt16.limit(inner: inner))
          check(rows: rows, columns: columns, inner: inner, scaled: rows % 2 == 0) { _ in
            Int16.random(in: -limit...limit, using: &random)
          }
        }
      }
    }
  }

  /// All products of the largest factors: the sums reach the ends of 32 bits and none overflows.
  @Test func extremes() {
    for inner in [1, 2, 3, 64, 65, 128, 4096, 32_768] {
      let limit = Int16(MultiplyInt16.limit(inner: inner))
      #expect(Int(limit) * Int(limit) * inner <= Int(Int32.max))
      #expect(inner < 3 || (Int(limit) + 1) * (Int(limit) + 1) * inner > Int(Int32.max))
      check(rows: 7, columns: 80, inner: inner, scaled: false) { _ in limit }
      check(rows: 7, columns: 80, inner: inner, scaled: false) { $0 ? limit : -limit }
    }
  }
}
