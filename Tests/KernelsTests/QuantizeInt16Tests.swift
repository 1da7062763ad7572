import Kernels
import Testing

/// 16-bit integers of float matrices in both layouts, against their definition, on every table.
@Suite struct QuantizeInt16Tests {
  static let sizes = [1, 2, 7, 15, 16, 17, 31, 33, 64, 81, 128]

  @Test(arguments: sizes, sizes) func everyTableQuantizes(rows: Int, columns: Int) {
    var random = Random(UInt64(rows * 100 + columns))
    for limit: Float in [1, 255, 5792, 32_767] {
      check(rows, columns, limit, "activations") { random.activation() }
      check(rows, columns, limit, "small and large") { random.finiteFloat() }
      // Halfway between two integers, where the step is 1.
      var first = true
      check(rows, columns, limit, "ties") {
        defer { first = false }
        return first ? limit : Float(Int.random(in: -Int(limit)..<Int(limit), using: &random)) + 0.5
      }
      check(rows, columns, limit, "zeros") { 0 }
      check(rows, columns, limit, "subnormal") { .leastNonzeroMagnitude }
    }
  }

  func check(_ rows: Int, _ columns: Int, _ limit: Float, _ context: String, _ value: () -> Float) {
    let stride = columns + 5
    // Nothing may be read beyond the last element; what lies between the rows does not count.
    let input = (0..<(rows - 1) * stride + columns).map { $0 % stride < columns ? value() : .infinity }
    func element(_ row: Int, _ column: Int) -> Float { input[row * stride + column] }
    let largest = (0..<rows * columns).reduce(Float(0)) { max($0, abs(element($1 / columns, $1 % columns))) }
    let step = largest / limit < .leastNormalMagnitude ? 0 : largest / limit
    let inverse = step == 0 ? 0 : limit / largest
    let width = Tile.stride(columns)
    let pairs = (rows + 1) / 2
    var asRows = [Int16](repeating: 0, count: rows * width)
    var asPanels = [Int16](repeating: 0, count: pairs * 2 * width)
    for row in 0..<rows {
      for column in 0..<columns {
        let q = Int16(Model.fma(element(row, column), inverse, 12_582_912) - 12_582_912)
        asRows[row * width + column] = q
        asPanels[(column / 16 * pairs + row / 2) * 32 + column % 16 * 2 + row % 2] = q
      }
    }
    for table in availableTables() {
      for (layout, expected) in [(QuantizeInt16.Layout.rows, asRows), (.panels, asPanels)] {
        let (found, actual) = quantize(table, input, stride, rows, columns, limit, layout, expected.count)
        #expect(sameBits(found, step), "\(table.name) \(context)")
        #expect(actual == expected, "\(table.name) \(rows)x\(columns) \(layout), limit \(limit), \(context)")
      }
    }
  }

  private func quantize(
    _ table: KernelTable, _ input: [Float], _ stride: Int, _ rows: Int, _ columns: Int, _ limit: Float,
    _ layout: QuantizeInt16.Layout, _ count: Int
  ) -> (Float, [Int16]) {
    var output = [Int16](repeating: -77, count: count)
    let step = input.withUnsafeBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        table.quantizeInt16(
          QuantizeInt16(
            input: input.baseAddress!, stride: stride, rows: rows, columns: columns, limit: limit,
            layout: layout,
            output: output.baseAddress!))
      }
    }
    return (step, output)
  }

  /// One element that is no number anywhere makes the step NaN.
  @Test func notFinite() {
    for table in availableTables() {
      for bad: Float in [.nan, -.nan, .infinity, -.infinity] {
        for (columns, places) in [(37, [0, 15, 16, 36, 73]), (64, [0, 17, 47, 63, 64, 127])] {
          for place in places {
            var input = [Float](repeating: 1, count: 2 * columns)
            input[place] = bad
            for layout in [QuantizeInt16.Layout.rows, .panels] {
              #expect(
                quantize(table, input, columns, 2, columns, 5792, layout, 2 * Tile.stride(columns)).0.isNaN,
                "\(table.name) \(bad) at \(place)")
            }
          }
        }
      }
    }
  }
}
