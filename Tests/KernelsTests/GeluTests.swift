import Glibc
import Kernels
import Testing

/// The generic operations on scalar hardware: what the accuracy tests measure, equal to every table by the others.
private enum Scalar: InstructionSet {
  static var tileRows: Int { 1 }
  static var tilePanels: Int { 1 }
  static var byteOffset: Int32 { 0 }
  static var unrolledRows: Int { 0 }
  static func fma(_ a: SIMD16<Float>, _ b: SIMD16<Float>, _ c: SIMD16<Float>) -> SIMD16<Float> {
    c.addingProduct(a, b)
  }
  static func float(_ x: SIMD16<Int32>) -> SIMD16<Float> { SIMD16(x) }
}

@Suite struct GeluTests {
  /// Every 9973rd float of all signs and exponents, and a dense range about zero.
  static let sweep: [Float] = {
    var values = stride(from: UInt64(0), to: 1 << 32, by: 9973).map { Float(bitPattern: UInt32($0)) }
    values += stride(from: Float(-16), to: 16, by: 0x1p-14)
    values += [.infinity, -.infinity, .nan, 0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude]
    return values + [Float](repeating: 0, count: Tile.stride(values.count) - values.count)
  }()

  @Test func everyTableEqualsTheModel() {
    let expected = Self.sweep.map(Model.gelu)
    for table in availableTables() {
      var actual = Self.sweep
      actual.withUnsafeMutableBufferPointer { table.floats.gelu($0.baseAddress!, $0.count) }
      expectSame(actual, expected, "\(table.name)")
    }
  }

  /// Against x erfc(-x / √2) / 2 in double.
  @Test func geluAccuracy() {
    var absolute = 0.0
    var ulps = 0.0
    var tail = 0.0
    for x in Self.sweep where x.isFinite {
      let exact = Double(x) * Glibc.erfc(-Double(x) * 0.5.squareRoot()) / 2
      let error = abs(Double(Model.gelu(x)) - exact)
      if abs(x) <= 4 { absolute = max(absolute, error) }
      if x > 0 { ulps = max(ulps, error / Double(Float(exact).ulp)) }
      if x < 0, x > -13 { tail = max(tail, error / max(abs(exact), Double(Float.leastNormalMagnitude))) }
    }
    print("gelu: absolute error \(absolute) for |x| <= 4, \(ulps) ulp for x > 0, relative \(tail) for x < 0")
    #expect(absolute <= 1.5e-7)
    #expect(ulps <= 3)
    #expect(tail <= 1e-5)
    #expect(Model.gelu(.infinity) == .infinity)
    #expect(Model.gelu(-.infinity) == 0)
    #expect(Model.gelu(-20) == 0)
    #expect(Model.gelu(20) == 20)
    #expect(Model.gelu(.nan).isNaN)
    #expect(Model.gelu(-0.0).sign == .minus)
  }

  /// The epilogue's GELU against x erfc(-x / √2) / 2 in double.
  @Test func geluPolynomialAccuracy() {
    var middle = 0.0
    var below = 0.0
    var above = 0.0
    for x in Self.sweep where x.isFinite {
      let exact = Double(x) * Glibc.erfc(-Double(x) * 0.5.squareRoot()) / 2
      let error = abs(Double(Model.geluPolynomial(x)) - exact)
      if abs(x) <= 4 {
        middle = max(middle, error)
      } else if x < 0 {
        below = max(below, error)
      } else {
        above = max(above, error / exact)
      }
    }
    print("geluPolynomial: absolute error \(middle) for |x| <= 4, \(below) below, relative \(above) above")
    #expect(middle <= 4.6e-5)
    #expect(below <= 1.7e-4)
    #expect(above <= 4.2e-5)
    #expect(Model.geluPolynomial(.infinity) == .infinity)
    #expect(Model.geluPolynomial(.nan).isNaN)
  }

  /// The exponential of attention's softmax against the C library in double.
  @Test func exponential2Accuracy() {
    var relative = 0.0
    for x in stride(from: Float(-128), through: 0, by: 0x1p-12) {
      let value = Model.exponential2(x)
      if x >= -126 {
        relative = max(relative, abs(Double(value) / Glibc.exp2(Double(x)) - 1))
      } else {
        #expect(value == 0)
      }
      #expect(exponential2(Scalar.self, Vector(repeating: x))[3] == value)
    }
    print("exponential2: relative error \(relative)")
    #expect(relative <= 1.2e-7)
    #expect(Model.exponential2(0) == 1)
    #expect(Model.exponential2(-.infinity) == 0)
    #expect(Model.exponential2(.nan).isNaN)
  }

  /// The exponential of the reference's softmax against the C library in double, in steps of 2^-13 and by the sweep near zero.
  @Test func exponentialAccuracy() {
    var relative = 0.0
    var monotone = true
    var last = Float(0)
    for x in stride(from: Float(-90), through: 0, by: 0x1p-13) {
      let value = Model.exponential(x)
      monotone = monotone && value >= last
      last = value
      if x >= -87 {
        relative = max(relative, abs(Double(value) / Glibc.exp(Double(x)) - 1))
      } else {
        #expect(value == 0)
      }
      #expect(exponential(Scalar.self, Vector(repeating: x))[3] == value)
    }
    for x in Self.sweep where x <= 0 && x > -1 {
      relative = max(relative, abs(Double(Model.exponential(x)) / Glibc.exp(Double(x)) - 1))
    }
    print("exponential: relative error \(relative), monotone \(monotone)")
    #expect(relative <= 1.2e-7)
    #expect(Model.exponential(0) == 1)
    #expect(Model.exponential(-.infinity) == 0)
    #expect(Model.exponential(.nan).isNaN)
  }
}
