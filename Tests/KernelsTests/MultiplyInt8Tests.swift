import Kernels
import Testing

@Suite struct MultiplyInt8Tests {
  /// Runs one shape on every table against the exact product, in a buffer with a margin that has to survive; with
  /// groups, once with one weight scale per channel and once with one per group.
  func check(
    rows: Int, inputs: Int, outputs: Int, groupSize: Int = 0, seed: UInt64, activations: [[Float]]? = nil,
    epilogue kind: Kind = .store, weight: (inout Random) -> Int = { Int.random(in: -127...127, using: &$0) },
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for scalesGroups in groupSize == 0 ? [false] : [false, true] {
      check(
        QuantizedCase(
          rows: rows, inputs: inputs, outputs: outputs, groupSize: groupSize, scalesGroups: scalesGroups,
          seed: seed, weight: weight),
        seed: seed, activations: activations, epilogue: kind, sourceLocation: sourceLocation)
    }
  }

  private func check(
    _ matrix: QuantizedCase, seed: UInt64, activations: [[Float]]?, epilogue kind: Kind,
    sourceLocation: SourceLocation
  ) {
    let (rows, inputs, groupSize) = (matrix.rows, matrix.inputs, matrix.groupSize)
    var random = Random(seed)
    let input =
      activations ?? (0..<rows).map { _ in (0..<inputs).map { _ in random.activation() } }
    let width = matrix.panels * 16
    let residual = (0..<rows * width).map { _ in random.activation() }
    let expected = matrix.product(Quantized(input, groupSize: groupSize)) { m, n, y in
      switch kind {
      case .store: y
      case .gelu: Model.geluPolynomial(y)
      case .add: y + residual[m * width + n]
      }
    }
    for table in availableTables() {
      let storage = QuantizedStorage(rows: rows, channels: inputs, groupSize: groupSize)
      storage.quantize(input, on: table)
      var output = [Float](repeating: -77, count: rows * width + 16)
      output.withUnsafeMutableBufferPointer { output in
        residual.withUnsafeBufferPointer { residual in
          let epilogue: MultiplyInt8.Epilogue =
            switch kind {
            case .store: .store
            case .gelu: .gelu
            case .add: .add(residual: residual.baseAddress!, stride: width)
            }
          table.multiplyInt8(
            MultiplyInt8(
              rows: storage.operands, firstRow: 0, lastRow: rows, matrix: matrix.matrix, firstPanel: 0,
              lastPanel: matrix.panels, output: output.baseAddress!, outputStride: width, epilogue: epilogue,
              scratch: storage.scratch))
        }
      }
      expectSame(
        output, expected + [Float](repeating: -77, count: 16),
        "\(table.name) \(rows)x\(inputs)x\(matrix.outputs) groups of \(groupSize), \(kind), \(matrix.groupScales != nil)",
        sourceLocation: sourceLocation)
    }
  }

  enum Kind { case store, gelu, add }

  @Test func everyRowCountAndWidth() {
    for rows in 1...14 {
      for outputs in [1, 15, 16, 17, 33, 48, 64, 65, 80, 113, 128] {
        check(rows: rows, inputs: 24, outputs: outputs, seed: UInt64(rows * 1000 + outputs))
      }
    }
  }

  @Test func everyInputTail() {
    for inputs in 1...66 {
      for rows in [1, 2, 6, 7, 12] { check(rows: rows, inputs: inputs, outputs: 20, seed: UInt64(inputs)) }
    }
  }

  @Test func everyOutputTail() {
    for outputs in 1...65 { check(rows: 3, inputs: 13, outputs: outputs, seed: UInt64(outputs)) }
  }

  /// Whole tiles and parts of them, with every number of rows and panels about two and four tiles.
  @Test func tiles() {
    for rows in [1, 2, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65, 97] {
      for panels in [1, 2, 3, 4, 5, 7, 8, 9] {
        check(rows: rows, inputs: 64, outputs: panels * 16, seed: UInt64(rows * 10 + panels))
        check(rows: rows, inputs: 192, outputs: panels * 16 - 3, groupSize: 64, seed: UInt64(rows + panels))
      }
    }
    for inputs in [128, 320, 768] {
      for kind in [Kind.gelu, .add] {
        check(rows: 37, inputs: inputs, outputs: 80, groupSize: 128, seed: UInt64(inputs), epilogue: kind)
      }
    }
  }

  /// Some rows and panels of a product leave the others alone.
  @Test func partsOfProducts() {
    let (count, inputs, outputs) = (70, 128, 112)
    let matrix = QuantizedCase(rows: count, inputs: inputs, outputs: outputs, groupSize: 64, seed: 8)
    var random = Random(8)
    let input = (0..<count).map { _ in (0..<inputs).map { _ in random.activation() } }
    let expected = matrix.product(Quantized(input, groupSize: 64)) { _, _, y in y }
    for table in availableTables() {
      let storage = QuantizedStorage(rows: count, channels: inputs, groupSize: 64)
      storage.quantize(input, on: table)
      for rows in [0..<1, 3..<19, 16..<40, 17..<70] {
        for panels in [0..<1, 1..<4, 2..<7, 6..<7] {
          var output = [Float](repeating: -77, count: count * outputs)
          output.withUnsafeMutableBufferPointer { output in
            table.multiplyInt8(
              MultiplyInt8(
                rows: storage.operands, firstRow: rows.lowerBound, lastRow: rows.upperBound,
                matrix: matrix.matrix, firstPanel: panels.lowerBound, lastPanel: panels.upperBound,
                output: output.baseAddress!, outputStride: outputs, epilogue: .store,
                scratch: storage.scratch))
          }
          let wanted = (0..<count * outputs).map { place in
            rows.contains(place / outputs) && panels.contains(place % outputs / 16) ? expected[place] : -77
          }
          expectSame(output, wanted, "\(table.name) rows \(rows), panels \(panels)")
        }
      }
    }
  }

  @Test func groups() {
    for groupSize in [16, 32, 48, 128] {
      for inputs in [17, 64, 100, 130, 384] {
        for rows in [1, 5, 8, 13] {
          check(rows: rows, inputs: inputs, outputs: 72, groupSize: groupSize, seed: UInt64(inputs + rows))
        }
      }
    }
  }

  @Test(arguments: [Kind.gelu, .add]) func epilogues(_ kind: Kind) {
    for rows in [1, 6, 8, 11, 15, 22] {
      for outputs in [5, 64, 100] {
        for groupSize in [0, 32] {
          check(
            rows: rows, inputs: 96, outputs: outputs, groupSize: groupSize, seed: 5, epilogue: kind)
        }
      }
    }
  }

  /// Depths beyond what a micro-kernel takes at once.
  @Test func deepRows() {
    for inputs in [509, 512, 513, 1023, 1024, 1025, 3072, 4100] {
      for rows in [7, 14] { check(rows: rows, inputs: inputs, outputs: 17, seed: 9) }
    }
  }

  /// More rows than share prepared weights, with every size of the last register tiles.
  @Test func manyRows() {
    for rows in [95, 96, 97, 187, 191, 192, 193, 204, 205, 385] {
      check(rows: rows, inputs: 36, outputs: 33, seed: UInt64(rows))
      check(rows: rows, inputs: 100, outputs: 17, groupSize: 48, seed: UInt64(rows))
    }
  }

  /// Pairs of weights about the largest sum that 16-bit pair sums hold, on both sides and with both signs.
  @Test func pairsOfWeights() {
    for sum in [126, 127, 128, 129, 130, 254] {
      for sign in [-1, 1] {
        var isSecond = false
        var first = 0
        for rows in [5, 12] {
          let activations = Self.extremeRows(rows, 64)
          check(rows: rows, inputs: 64, outputs: 32, seed: UInt64(sum), activations: activations) { random in
            isSecond.toggle()
            if isSecond { first = Int.random(in: max(0, sum - 127)...min(127, sum), using: &random) }
            return sign * (isSecond ? first : sum - first)
          }
        }
      }
    }
  }

  /// Rows whose pairs of bytes bring the sum with two weights of 127 to the edge of 16 bits: 127 * 258 = 32,766.
  @Test func pairsOfBytes() {
    let inputs = 64
    for sum in 257...260 {
      for rows in [1, 4, 5, 13] {
        // A 0 and a 255 in each row make the bytes these numbers.
        let activations = (0..<rows).map { row in
          (0..<inputs).map { input -> Float in
            if input >= inputs - 2 { return input % 2 == 0 ? 0 : 255 }
            let first = sum - 255 + (input / 2 * 37 + row * 11) % (510 - sum)
            return Float(input % 2 == 0 ? first : sum - first)
          }
        }
        for weight in [-127, 127] {
          check(
            rows: rows, inputs: inputs, outputs: 17, seed: 5, activations: activations,
            weight: { Bool.random(using: &$0) ? weight : Int.random(in: -127...127, using: &$0) })
        }
      }
    }
  }

  /// Rows of bytes 0 and 255, in turn all alike and mixed.
  static func extremeRows(_ rows: Int, _ inputs: Int) -> [[Float]] {
    (0..<rows).map { row in
      let sign: Float = row % 2 == 0 ? 1 : -1
      return (0..<inputs).map { input in
        switch row % 6 {
        case 0, 1: input == 0 ? -sign : sign
        case 2, 3: sign
        default: input % 2 == 0 ? sign : -sign
        }
      }
    }
  }

  /// The largest sums there can be: bytes of 0 and 255 against weights of one sign.
  @Test(arguments: [-127, 127]) func extremes(_ weight: Int) {
    for inputs in [64, 1024, 32768] {
      for rows in inputs == 32768 ? [12] : [6, 12] {
        check(
          rows: rows, inputs: inputs, outputs: 17, seed: 3, activations: Self.extremeRows(rows, inputs),
          weight: { _ in weight })
      }
    }
  }

  @Test func nonFiniteActivationsShow() {
    var random = Random(4)
    for bad in [Float.nan, .infinity, -.infinity] {
      var rows = (0..<4).map { _ in (0..<40).map { _ in random.activation() } }
      rows[2][39] = bad
      check(rows: 4, inputs: 40, outputs: 20, seed: 4, activations: rows)
      check(rows: 4, inputs: 40, outputs: 20, groupSize: 16, seed: 4, activations: rows)
    }
  }

  /// Sub-ranges of rows and panels write their part and nothing else.
  @Test func ranges() {
    let (rows, inputs, outputs) = (13, 40, 150)
    let matrix = QuantizedCase(rows: rows, inputs: inputs, outputs: outputs, groupSize: 16, seed: 8)
    var random = Random(8)
    let input = (0..<rows).map { _ in (0..<inputs).map { _ in random.activation() } }
    let whole = matrix.product(Quantized(input, groupSize: 16))
    let width = matrix.panels * 16
    for table in availableTables() {
      let storage = QuantizedStorage(rows: rows, channels: inputs, groupSize: 16)
      storage.quantize(input, on: table)
      for firstRow in [0, 1, 6, 12] {
        for lastRow in [firstRow, firstRow + 1, rows] {
          for firstPanel in [0, 1, 5] {
            for lastPanel in [firstPanel, firstPanel + 1, firstPanel + 4, matrix.panels] {
              var output = [Float](repeating: -77, count: rows * width)
              output.withUnsafeMutableBufferPointer {
                table.multiplyInt8(
                  MultiplyInt8(
                    rows: storage.operands, firstRow: firstRow, lastRow: lastRow, matrix: matrix.matrix,
                    firstPanel: firstPanel, lastPanel: lastPanel, output: $0.baseAddress!,
                    outputStride: width,
                    epilogue: .store,
                    scratch: storage.scratch,
                    // What is fetched for the product after this one shows in no bit, wherever it is.
                    next: firstRow % 2 == 0 ? nil : matrix.matrix.weights(fromPanel: lastPanel)))
              }
              var expected = [Float](repeating: -77, count: rows * width)
              for m in firstRow..<lastRow {
                for n in firstPanel * 16..<lastPanel * 16 { expected[m * width + n] = whole[m * width + n] }
              }
              expectSame(
                output, expected,
                "\(table.name) rows \(firstRow)..<\(lastRow) panels \(firstPanel)..<\(lastPanel)")
            }
          }
        }
      }
    }
  }
}
