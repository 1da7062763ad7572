import Conversion
import KoQuant
import Testing

@Suite struct TriangularFactorTests {
  /// A = B Bᵀ + I with B of small integers, so that A is exact.
  private func matrix(_ size: Int) -> [[Double]] {
    var generator = Generator(seed: 7)
    let b = (0..<size).map { _ in (0..<size).map { _ in Double(generator.next() % 3) - 1 } }
    return (0..<size).map { i in
      (0..<size).map { j in zip(b[i], b[j]).reduce(i == j ? 1 : 0) { $0 + $1.0 * $1.1 } }
    }
  }

  @Test(arguments: [1, 2, 63, 64, 65, 130])
  func theProductOfTheFactorsIsTheMatrix(size: Int) throws {
    let matrix = matrix(size)
    let kernels = try EmbeddingModel.selectKernels()
    for threads in 1...2 {
      let factor = try TriangularFactor(size: size)
      for i in 0..<size {
        for j in 0...i { factor[i, j] = Float(matrix[i][j]) }
      }
      #expect(try factor.factor(kernels: kernels, pool: ThreadPool(threads: threads)))
      for i in 0..<size {
        for j in 0...i {
          let product = (0...j).reduce(0) { $0 + Double(factor[i, $1]) * Double(factor[j, $1]) }
          #expect(abs(product - matrix[i][j]) <= 1e-5 * matrix[i][i].squareRoot() * matrix[j][j].squareRoot())
        }
      }
    }
  }

  @Test(arguments: [1, 63, 64, 130]) func solvesForSixteenRightSides(size: Int) throws {
    let matrix = matrix(size)
    let factor = try TriangularFactor(size: size)
    for i in 0..<size {
      for j in 0...i { factor[i, j] = Float(matrix[i][j]) }
    }
    #expect(try factor.factor(kernels: EmbeddingModel.selectKernels(), pool: ThreadPool(threads: 1)))
    let solution = (0..<size).map { i in (0..<16).map { Double((i + $0) % 5) - 2 } }
    var values = matrix.flatMap { row in
      (0..<16).map { lane in Float(zip(row, solution).reduce(0) { $0 + $1.0 * $1.1[lane] }) }
    }
    values.withUnsafeMutableBufferPointer { factor.solve($0.baseAddress!) }
    for (found, expected) in zip(values, solution.joined()) { #expect(abs(Double(found) - expected) < 1e-3) }
  }

  @Test func aMatrixThatIsNotPositiveDefiniteIsRefused() throws {
    let kernels = try EmbeddingModel.selectKernels()
    let pool = try ThreadPool(threads: 1)
    for bad in [0, -1, Float.nan, .infinity] {
      let factor = try TriangularFactor(size: 70)
      for i in 0..<70 { factor[i, i] = i == 66 ? bad : 1 }
      #expect(try !factor.factor(kernels: kernels, pool: pool))
    }
  }
}
