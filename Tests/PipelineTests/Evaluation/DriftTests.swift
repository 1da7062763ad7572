import Evaluation
import Interchange
import Reference
import Testing

/// Vectors of the golden file, and the same rounded to multiples of 0.05, compared by numpy and scipy:
///
///     x = numpy.load("Tests/PipelineTests/Golden/reference/minilm/mean.npy")
///     v = numpy.rint(x * numpy.float32(20)) / numpy.float32(20); X, V = x.astype(float), v.astype(float)
///     c = (V * X).sum(1) / norm(V, axis=1) / norm(X, axis=1); [c.mean(), c.min(), *percentile(c, [1, 50])]
///     m = X.mean(0); the same with V - m and X - m
///     e = norm(V - X, axis=1) / norm(X, axis=1); abs(V - X).max()
///     S, T = the cosines of all pairs of V, of X; scipy.stats.spearmanr(S[lower triangle], T[lower triangle])
///     10 * log10((X ** 2).sum() / ((V - X) ** 2).sum())
@Suite struct DriftTests {
  private let reference: FloatMatrix
  private let vectors: FloatMatrix

  init() throws {
    reference = try ReferenceGolden("minilm").matrix("mean")
    var rounded = reference
    rounded.values = reference.values.map { ($0 * 20).rounded(.toNearestOrEven) / 20 }
    vectors = rounded
  }

  private func expect(_ found: Double?, _ expected: Double, within tolerance: Double = 1e-12) throws {
    #expect(abs(try #require(found) - expected) < tolerance)
  }

  @Test func equalsNumPy() throws {
    let drift = try Drift(vectors, reference: reference)
    try expect(drift.cosine.mean, 0.9981212172259325)
    try expect(drift.cosine.minimum, 0.9905906942188484)
    try expect(drift.cosine.p1, 0.9914305044764465)
    try expect(drift.cosine.median, 0.9986206939151832)
    try expect(drift.centredCosine?.mean, 0.9980740122209875)
    try expect(drift.centredCosine?.minimum, 0.9911394516232257)
    try expect(drift.relativeL2.mean, 0.058372019325454216)
    try expect(drift.relativeL2.p99, 0.13163683493232678)
    try expect(drift.maximumAbsolute, 0.024997523054480553)
    #expect(drift.worst(3).map(\.index) == [42, 48, 47])
    #expect(drift.worst(1000).count == 50)
    #expect(drift.worst(-1).isEmpty)
  }

  @Test func ranking() throws {
    let ranking = try #require(try Drift(vectors, reference: reference).ranking)
    #expect(ranking.texts == 50)
    #expect(ranking.neighbours == 10)
    try expect(ranking.spearman, 0.9980043436624242, within: 1e-6)
    try expect(ranking.top1, 0.98)
    try expect(ranking.topNeighbours, 0.97)
  }

  @Test func nothingChanges() throws {
    let drift = try Drift(reference, reference: reference)
    #expect(drift.cosine.minimum > 1 - 1e-15)
    #expect(drift.relativeL2.maximum == 0)
    #expect(drift.maximumAbsolute == 0)
    #expect(drift.ranking?.spearman == 1)
    #expect((drift.ranking?.top1, drift.ranking?.topNeighbours) == (1, 1))
  }

  @Test func fewTexts() throws {
    let one = try #require(FloatMatrix(rows: 1, columns: 2, values: [1, 2]))
    let drift = try Drift(one, reference: one)
    #expect(drift.centredCosine == nil)
    #expect(drift.ranking == nil)
    let same = try #require(FloatMatrix(rows: 3, columns: 1, values: [1, 1, 1]))
    #expect(try Drift(same, reference: same).centredCosine == nil)
    let ranking = try #require(try Drift(same, reference: same).ranking)
    #expect(ranking.spearman == nil)
    #expect((ranking.neighbours, ranking.top1, ranking.topNeighbours) == (2, 1, 1))
  }

  @Test func refusesWhatCannotBeCompared() throws {
    let none = FloatMatrix(rows: 0, columns: 2)
    #expect(throws: DriftError.noTexts) { try Drift(none, reference: none) }
    let two = FloatMatrix(rows: 2, columns: 2)
    let three = FloatMatrix(rows: 3, columns: 2)
    #expect(
      throws: DriftError.differentShapes(rows: 2, columns: 2, referenceRows: 3, referenceColumns: 2)
    ) { try Drift(two, reference: three) }
    var broken = two
    broken.values[2] = .nan
    #expect(throws: DriftError.notFinite(row: 1)) { try Drift(broken, reference: two) }
    broken.values[2] = -.infinity
    #expect(throws: DriftError.referenceNotFinite(row: 1)) { try Drift(two, reference: broken) }
  }

  @Test func layers() throws {
    var layer = LayerDrift(layers: 4)
    #expect(layer.meanCosine.isNaN)
    vectors.values.withUnsafeBufferPointer { vectors in
      reference.values.withUnsafeBufferPointer { reference in
        layer.add(
          HiddenStates(values: vectors, stride: 384, channels: 384, starts: [0, 20, 50]),
          reference: HiddenStates(values: reference, stride: 384, channels: 384, starts: [0, 20, 50]))
        layer.add(
          HiddenStates(values: vectors, stride: 384, channels: 384, starts: [0, 50]),
          reference: HiddenStates(values: reference, stride: 384, channels: 384, starts: [0, 49]))
      }
    }
    #expect(layer.tokens == 50)
    try expect(layer.meanCosine, 0.9981212172259325)
    try expect(layer.minimumCosine, 0.9905906942188484)
    try expect(layer.signalToNoise, 25.38353072154616, within: 1e-9)
    try expect(layer.maximumAbsolute, 0.024997523054480553)
  }
}
