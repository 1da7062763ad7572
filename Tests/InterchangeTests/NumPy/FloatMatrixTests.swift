import Interchange
import Testing

@Suite struct FloatMatrixTests {
  @Test func append() throws {
    var matrix = FloatMatrix(rows: 0, columns: 0)
    let two = try #require(FloatMatrix(rows: 2, columns: 2, values: [1, 2, 3, 4]))
    matrix.append(two)
    matrix.append(two)
    #expect(matrix == FloatMatrix(rows: 4, columns: 2, values: [1, 2, 3, 4, 1, 2, 3, 4]))
    matrix.append(FloatMatrix(rows: 1, columns: 3))
    #expect((matrix.rows, matrix.columns) == (4, 2))
  }

  @Test func notFinite() throws {
    var matrix = FloatMatrix(rows: 3, columns: 2)
    #expect(matrix.firstRowNotFinite == nil)
    matrix.values[3] = .infinity
    #expect(matrix.firstRowNotFinite == 1)
    matrix.values[0] = .nan
    #expect(matrix.firstRowNotFinite == 0)
    #expect(FloatMatrix(rows: 2, columns: 0).firstRowNotFinite == nil)
  }

  @Test func shapes() {
    #expect(FloatMatrix(rows: 2, columns: 2, values: [1]) == nil)
    #expect(FloatMatrix(rows: -1, columns: -1, values: [1]) == nil)
    #expect(FloatMatrix(rows: .max, columns: 2, values: []) == nil)
    #expect(FloatMatrix(rows: -1, columns: 5).values.isEmpty)
  }
}
