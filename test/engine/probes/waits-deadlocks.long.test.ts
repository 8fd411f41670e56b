// Deadlocks of many, and of priority-inheriting mutexes.
import { testDeadlock, testItself } from './deadlock-test.ts'

testDeadlock(5)

testDeadlock(2, 'pi')

testDeadlock(5, 'pi')

testItself('PI mutex')
