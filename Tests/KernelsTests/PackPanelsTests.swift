import Kernels
import Testing

/// Packing of float matrices, against its definition, on every table.
@Suite struct PackPanelsTests {
  static let sizes = [1, 2, 7, 15, 16, 17, 31, 32, 33, 64]

  @Test(arguments: sizes, sizes) func everyTablePacks(rows: Int, columns: Int) {
    let stride = columns + 5
    // Nothing may be read beyond the last element.
    let input = (0..<(rows - 1) * stride + columns).map { Float($0) - 0.5 }
    func padded(_ count: Int) -> Int { (count + 15) / 16 * 16 }
    var asItIs = [Float](repeating: 0, count: padded(columns) * rows)
    var transposed = [Float](repeating: 0, count: padded(rows) * columns)
    for row in 0..<rows {
      for column in 0..<columns {
        let value = input[row * stride + column]
        asItIs[(column / 16 * rows + row) * 16 + column % 16] = value
        transposed[(row / 16 * columns + column) * 16 + row % 16] = value
      }
    }
    for table in availableTables() {
      expectSame(
        pack(table.floats.packRows, input, stride, rows, columns, asItIs.count), asItIs, "\(table.name)")
      expectSame(
        pack(table.packColumns, input, stride, rows, columns, transposed.count), transposed, "\(table.name)")
    }
  }

  private func pack(
    _ kernel: (PackPanels) -> Void, _ input: [Float], _ stride: Int, _ rows: Int, _ columns: Int, _ count: Int
  ) -> [Float] {
    var output = [Float](repeating: .nan, count: count)
    input.withUnsafeBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        kernel(
          PackPanels(
            input: input.baseAddress!, stride: stride, rows: rows, columns: columns,
            output: output.baseAddress!))
      }
    }
    return output
  }
}
