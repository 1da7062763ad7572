import Kernels
import Testing

@Suite struct MultiplyFloatTests {
  func check(
    rows: Int, columns: Int, inner: Int, accumulate: Bool, seed: UInt64, value: (inout Random) -> Float
  ) {
    var random = Random(seed)
    let a = (0..<rows * (Tile.stride(inner) + 16)).map { _ in value(&random) }
    let b = (0..<columns * inner).map { _ in value(&random) }
    let c = (0..<rows * (columns + 16)).map { _ in value(&random) }
    check(rows: rows, columns: columns, inner: inner, accumulate: accumulate, a: a, b: b, c: c)
  }

  func check(
    rows: Int, columns: Int, inner: Int, accumulate: Bool, a: [Float], b: [Float], c: [Float]
  ) {
    let aStride = Tile.stride(inner) + 16
    let cStride = columns + 16
    var expected = c
    for m in 0..<rows {
      for n in 0..<columns {
        var chain = accumulate ? c[m * cStride + n] : 0
        for k in 0..<inner {
          chain = Model.fma(a[m * aStride + k], b[n / 16 * inner * 16 + k * 16 + n % 16], chain)
        }
        expected[m * cStride + n] = chain
      }
    }
    for table in availableTables() {
      var actual = c
      actual.withUnsafeMutableBufferPointer { c in
        a.withUnsafeBufferPointer { a in
          b.withUnsafeBufferPointer { b in
            table.floats.multiplyFloat(
              MultiplyFloat(
                a: a.baseAddress!, aStride: aStride, b: b.baseAddress!, c: c.baseAddress!, cStride: cStride,
                rows: rows, columns: columns, inner: inner, accumulate: accumulate))
          }
        }
      }
      expectSame(actual, expected, "\(table.name) \(rows)x\(inner)x\(columns) accumulate \(accumulate)")
    }
  }

  @Test func everyShape() {
    for rows in 1...14 {
      for columns in [16, 32, 48, 64, 80, 128, 144] {
        for inner in [1, 2, 5, 32] {
          check(rows: rows, columns: columns, inner: inner, accumulate: inner % 2 == 0, seed: UInt64(rows)) {
            $0.activation()
          }
        }
      }
    }
  }

  /// Chains of length one are single fused multiply-adds: any bit patterns, against the C library's.
  @Test func fusedMultiplyAdd() {
    for seed in 0..<200 {
      check(rows: 16, columns: 64, inner: 1, accumulate: true, seed: UInt64(seed)) { $0.anyFloat() }
      // Exponents close to each other, where the sum rounds, cancels, or falls between subnormals.
      check(rows: 16, columns: 64, inner: 1, accumulate: true, seed: UInt64(seed)) {
        let exponent = $0.next() % 3 == 0 ? $0.next() % 20 : 64 + $0.next() % 4
        return Float(bitPattern: UInt32(truncatingIfNeeded: $0.next()) & 0x807f_ffff | UInt32(exponent) << 23)
      }
      // Few significant bits: halfway cases.
      check(rows: 16, columns: 64, inner: 1, accumulate: true, seed: UInt64(seed)) {
        let bits = UInt32(truncatingIfNeeded: $0.next())
        let exponent = UInt32(truncatingIfNeeded: 100 + $0.next() % 30)
        return Float(bitPattern: bits & 0x8070_0003 | exponent << 23)
      }
    }
  }
}

extension MultiplyFloatTests {
  /// c + a * b where a * b is half a place of c, more or less a part that even a double sum loses:
  /// (1 + x)(1 - x) = 1 - x², (1 + x)(1 - x + x²) = 1 + x³. Down to subnormal c.
  @Test func nearlyHalfway() {
    var random = Random(6)
    for exponent in [-149, -148, -140, -127, -126, -125, -100, -1, 0, 100] {
      for power in 8...23 {
        let x = Float(sign: .plus, exponent: -power, significand: 1)
        for factor in [1 - x, 1 - x + x * x, 1] {
          // a and b by row and column, c by element: 2^exponent is the place of c's last bit.
          let half = exponent - 1
          let rowExponents = (0..<16).map { half / 2 + $0 - 8 }
          var a = [Float](repeating: 0, count: 16 * 32)
          for m in 0..<16 {
            let sign: FloatingPointSign = random.next() % 2 == 0 ? .plus : .minus
            a[m * 32] = Float(sign: sign, exponent: rowExponents[m], significand: 1 + x)
          }
          for m in 0..<16 {
            let b = [Float](
              repeating: Float(sign: .plus, exponent: half - rowExponents[m], significand: factor), count: 16)
            // One magnitude a vector: a single doubtful lane may send all of them the exact way.
            let bound: UInt64 = 1 << (16 + random.next() % 9)
            let c = (0..<32).map { _ in
              let bits = Float(bound / 2 + random.next() % (bound / 2)) * (random.next() % 2 == 0 ? 1 : -1)
              return Float(sign: .plus, exponent: exponent, significand: bits)
            }
            check(
              rows: 1, columns: 16, inner: 1, accumulate: true, a: Array(a[m * 32..<m * 32 + 32]), b: b, c: c)
          }
        }
      }
    }
  }
}

@Suite struct RowTests {
  /// Rows with a stride of 16 more than they need, in which the margin has to survive.
  func rows(_ count: Int, of rows: Int = 3, _ value: () -> Float) -> (stride: Int, values: [Float]) {
    let stride = Tile.stride(count) + 16
    let margin = [Float](repeating: -77, count: 16)
    let padding = [Float](repeating: 0, count: stride - 16 - count)
    return (stride, (0..<rows).flatMap { _ in (0..<count).map { _ in value() } + padding + margin })
  }

  func checkSoftmax(_ count: Int, scale: Float, _ context: String, _ value: () -> Float) {
    let (stride, values) = rows(count, value)
    var expected = values
    for m in 0..<3 {
      let s = Array(values[m * stride..<m * stride + count])
      let peak = Model.reduce(s, -.infinity, Model.larger)
      let e = s.map { Model.exponential(($0 - peak) * scale) }
      let inverse = 1 / Model.reduce(e, 0, +)
      for j in 0..<count { expected[m * stride + j] = e[j] * inverse }
    }
    for table in availableTables() {
      var actual = values
      actual.withUnsafeMutableBufferPointer {
        table.floats.softmaxRows(
          SoftmaxRows(values: $0.baseAddress!, stride: stride, rows: 3, count: count, scale: scale))
      }
      expectSame(actual, expected, "\(table.name) softmax of \(count), \(context)")
    }
  }

  @Test func softmax() {
    var random = Random(1)
    for count in 1...130 {
      checkSoftmax(count, scale: 0.125, "scores") { random.activation() * 8 }
      checkSoftmax(count, scale: 1, "far apart") { random.activation() * 100 }
    }
    for count in [1, 15, 16, 17, 40] {
      for _ in 0..<200 {
        checkSoftmax(count, scale: 0.5, "any bits") { random.anyFloat() }
        checkSoftmax(count, scale: 0.5, "any finite bits") { random.finiteFloat() }
      }
      checkSoftmax(count, scale: 1, "equal") { 3 }
      checkSoftmax(count, scale: 1, "all -infinity") { -.infinity }
      checkSoftmax(count, scale: 1, "NaN") { .nan }
    }
  }

  /// The integers of probabilities, which take the first half of each row, and their scales.
  func checkIntegers(_ count: Int, scale: Float, _ context: String, _ value: () -> Float) {
    let (stride, values) = rows(count, value)
    var expected = [Int16]()
    var scales = [Float]()
    for m in 0..<3 {
      let s = Array(values[m * stride..<m * stride + count])
      let peak = Model.reduce(s, -.infinity, Model.larger)
      let e = s.map { Model.exponential2(($0 - peak) * (scale * 1.442695)) }
      let sum = Model.reduce(e, 0, +)
      let factor = min(262_144 / sum, 32_767)
      let q = e.map { Int16(Model.fma($0, factor, 12_582_912) - 12_582_912) }
      #expect(q.reduce(0) { $0 + Int($1) } < SoftmaxRows.integerSum(count: count), "\(context)")
      expected += q + [Int16](repeating: 0, count: Tile.stride(count) - count)
      scales.append(1 / (factor * sum))
    }
    for table in availableTables() {
      let (found, actual) = integers(table, values, stride, count, scale)
      expectSame(found, scales, "\(table.name) scales of \(count), \(context)")
      #expect(actual == expected, "\(table.name) softmax of \(count) in integers, \(context)")
    }
  }

  private func integers(
    _ table: KernelTable, _ values: [Float], _ stride: Int, _ count: Int, _ scale: Float
  ) -> (scales: [Float], rows: [Int16]) {
    var memory = values
    var scales = [Float](repeating: -77, count: 3)
    memory.withUnsafeMutableBufferPointer { values in
      scales.withUnsafeMutableBufferPointer { scales in
        table.softmaxRows(
          SoftmaxRows(
            values: values.baseAddress!, stride: stride, rows: 3, count: count, scale: scale),
          scales.baseAddress!)
      }
    }
    let rows = memory.withUnsafeBytes { bytes in
      (0..<3).flatMap { m in
        (0..<Tile.stride(count)).map {
          bytes.loadUnaligned(fromByteOffset: 4 * m * stride + 2 * $0, as: Int16.self)
        }
      }
    }
    return (scales, rows)
  }

  @Test func softmaxInIntegers() {
    var random = Random(4)
    for count in Array(1...130) + [512, 2000] {
      checkIntegers(count, scale: 0.125, "scores") { random.activation() * 8 }
      checkIntegers(count, scale: 1, "far apart") { random.activation() * 100 }
      checkIntegers(count, scale: 1, "equal") { 3 }
    }
    for bad: Float in [.nan, .infinity] {
      for table in availableTables() {
        var first = true
        let (stride, values) = rows(20) {
          defer { first = false }
          return first ? bad : 1
        }
        #expect(integers(table, values, stride, 20, 1).scales[0].isNaN, "\(table.name) \(bad)")
      }
    }
  }

  func checkLayerNorm(_ count: Int, rows rowCount: Int = 3, _ context: String, _ value: () -> Float) {
    let (stride, values) = rows(count, of: rowCount, value)
    var random = Random(UInt64(count))
    let padding = [Float](repeating: 0, count: Tile.stride(count) - count)
    let gamma = (0..<count).map { _ in random.activation() } + padding
    let beta = (0..<count).map { _ in random.activation() } + padding
    let epsilon: Float = 1e-5
    var expected = values
    for m in 0..<rowCount {
      let x = Array(values[m * stride..<m * stride + count])
      let mean = Model.reduce(x, 0, +) / Float(count)
      let centred = x.map { $0 - mean }
      let inverse = 1 / (Model.sumOfSquares(centred) / Float(count) + epsilon).squareRoot()
      for j in 0..<count { expected[m * stride + j] = Model.fma(centred[j] * inverse, gamma[j], beta[j]) }
    }
    for table in availableTables() {
      for inPlace in [false, true] {
        var source = values
        var target = values
        source.withUnsafeMutableBufferPointer { source in
          target.withUnsafeMutableBufferPointer { target in
            let output = inPlace ? source.baseAddress! : target.baseAddress!
            gamma.withUnsafeBufferPointer { gamma in
              beta.withUnsafeBufferPointer { beta in
                table.layerNormRows(
                  LayerNormRows(
                    input: source.baseAddress!, output: output, stride: stride, rows: rowCount, count: count,
                    gamma: gamma.baseAddress!, beta: beta.baseAddress!, epsilon: epsilon))
              }
            }
          }
        }
        expectSame(
          inPlace ? source : target, expected,
          "\(table.name) layer norm of \(rowCount) x \(count), \(context)")
      }
    }
  }

  @Test func layerNorm() {
    var random = Random(2)
    for count in Array(1...130) + [384, 768] {
      checkLayerNorm(count, "activations") { random.activation() }
      checkLayerNorm(count, "offset") { random.activation() + 1000 }
    }
    for rows in 0...9 {
      for count in [5, 16, 50] { checkLayerNorm(count, rows: rows, "activations") { random.activation() } }
    }
    for count in [1, 15, 16, 17, 40] {
      for _ in 0..<200 {
        checkLayerNorm(count, "any bits") { random.anyFloat() }
        checkLayerNorm(count, "any finite bits") { random.finiteFloat() }
      }
      checkLayerNorm(count, "equal") { 3 }
      checkLayerNorm(count, "subnormal") { .leastNonzeroMagnitude }
    }
  }
}

extension Model {
  /// 16 chains of fused multiply-adds, then the tree of sums.
  static func sumOfSquares(_ values: [Float]) -> Float {
    var lanes = [Float](repeating: 0, count: 16)
    for (i, value) in values.enumerated() { lanes[i % 16] = fma(value, value, lanes[i % 16]) }
    return reduce(lanes, 0, +)
  }
}
